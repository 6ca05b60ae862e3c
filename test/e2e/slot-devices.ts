/** The devices with two slots, as the cells of their boot loaders see them: what they are updated with, and what is wrong with it. */
import { piVariant } from '../lab/build/pi-variants.js';
import { slotVariant, type SlotVariant } from '../lab/build/slot-variants.js';
import {
  piArtifacts,
  slotsArtifacts,
  type DeviceName,
  type SlotsName,
  type Version,
} from '../lab/index.js';

/** What `deploy` takes for a slot: a name and an image each. */
export type SlotWords = string[];

export interface SlotsDevice {
  /** A build. */
  images(version: Version): Promise<SlotWords>;
  /** The second build, with something wrong about it. */
  variant(variant: SlotVariant, folder: string): Promise<SlotWords>;
  /** A command that says `active` while the services of the system go on. */
  alive: string;
  /** What leaves the board standing until somebody cycles its power. */
  stands?: SlotVariant[];
  /** Whether a power cut between the order to try a slot and its start takes that order back. */
  forgetsTrial?: true;
}

const rootOnly = (name: SlotsName, inits: 'systemd' | 'busybox', alive: string): SlotsDevice => ({
  images: async (version) => [`rootfs=${(await slotsArtifacts(name))[version]}`],
  variant: async (variant, folder) => [
    `rootfs=${await slotVariant(variant, (await slotsArtifacts(name)).v2, folder, inits)}`,
  ],
  alive,
});

const dropbearRuns = 'pidof dropbear >/dev/null && echo active';

const piWords = ({ boot, root }: { boot: string; root: string }): SlotWords => [
  ...[`boot=${boot}`, `rootfs=${root}`],
];

const devices: Partial<Record<DeviceName, SlotsDevice>> = {
  'sbc-slots': rootOnly('sbc-slots', 'systemd', 'systemctl is-active ssh'),
  'sbc-uefi': rootOnly('sbc-uefi', 'systemd', 'systemctl is-active ssh'),
  'uboot-file': rootOnly('uboot-file', 'busybox', dropbearRuns),
  'uboot-env': rootOnly('uboot-env', 'busybox', dropbearRuns),
  'pi-slots': {
    images: async (version) => piWords((await piArtifacts())[version]),
    variant: async (variant, folder) =>
      piWords(await piVariant(variant, (await piArtifacts()).v2, folder)),
    alive: dropbearRuns,
    stands: ['no-kernel'],
    forgetsTrial: true,
  },
};

export const slotsDevice = (name: DeviceName): SlotsDevice => devices[name]!;
