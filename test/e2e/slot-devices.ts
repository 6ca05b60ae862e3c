/** The devices with two slots, as the cells of their boot loaders see them: what they are updated with, and what is wrong with it. */
import { slotVariant, type SlotVariant } from '../lab/build/slot-variants.js';
import { slotsArtifacts, type DeviceName, type SlotsName, type Version } from '../lab/index.js';

/** What `deploy` takes for a slot: a name and an image each. */
export type SlotWords = string[];

export interface SlotsDevice {
  /** A build. */
  images(version: Version): Promise<SlotWords>;
  /** The second build, with something wrong about it. */
  variant(variant: SlotVariant, folder: string): Promise<SlotWords>;
  /** A command that says `active` while the services of the system go on. */
  alive: string;
}

const rootOnly = (name: SlotsName, inits: 'systemd' | 'busybox', alive: string): SlotsDevice => ({
  images: async (version) => [`rootfs=${(await slotsArtifacts(name))[version]}`],
  variant: async (variant, folder) => [
    `rootfs=${await slotVariant(variant, (await slotsArtifacts(name)).v2, folder, inits)}`,
  ],
  alive,
});

const dropbearRuns = 'pidof dropbear >/dev/null && echo active';

const devices: Partial<Record<DeviceName, SlotsDevice>> = {
  'sbc-slots': rootOnly('sbc-slots', 'systemd', 'systemctl is-active ssh'),
  'sbc-uefi': rootOnly('sbc-uefi', 'systemd', 'systemctl is-active ssh'),
  'uboot-file': rootOnly('uboot-file', 'busybox', dropbearRuns),
  'uboot-env': rootOnly('uboot-env', 'busybox', dropbearRuns),
};

export const slotsDevice = (name: DeviceName): SlotsDevice => devices[name]!;
