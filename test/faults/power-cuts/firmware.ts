/** The emulated PCs of which the power is cut, one for each firmware. */
import { compressed, type DeviceName, type LabDevice } from '../../lab/index.js';
import { uefiDisk } from '../../lab/build/uefi-disk.js';
import { newImage, withRoom } from '../../e2e/rescue.js';
import { startByEntry } from '../../e2e/uefi-entry.js';

/** A device, and how its disk starts a system. */
export interface Firmware {
  device: DeviceName;
  /** The device of which it has the profile. */
  profile: DeviceName;
  /** How much larger its disk is than the image, in MiB. */
  spareMiB: number;
  /** The sector that says which system the disk starts. */
  sector: number;
  /** The new system, as a person has it. */
  image: () => Promise<string>;
  /** What its old system does first, so that the device is as an installer leaves it. */
  prepare?: (device: LabDevice) => Promise<void>;
}

/** By the name that a person gives. */
export const firmwares: Record<'bios' | 'uefi', Firmware> = {
  // The boot loader's first stage.
  bios: {
    device: 'sbc-systemd',
    profile: 'sbc-systemd',
    spareMiB: withRoom.spareMiB,
    sector: 0,
    image: newImage,
  },
  // The header of the partition table: while it does not fit what is behind it, the copy at the end of the disk counts.
  uefi: {
    device: 'sbc-uefi',
    profile: 'sbc-systemd',
    spareMiB: 48,
    sector: 1,
    image: async () => compressed(await uefiDisk(), 'zst'),
    prepare: startByEntry,
  },
};

export type FirmwareName = keyof typeof firmwares;
