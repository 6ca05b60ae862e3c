import { fatGeometry, isFat32, sector } from './fat/geometry.js';

/** What a device starts by. */
export type RescueFirmware = 'bios' | 'uefi';

/** What a rescue takes on a disk. */
export interface RescueSize {
  /** What starts it. */
  firmware: RescueFirmware;
  /** Bytes of the kernel. */
  kernelBytes: number;
  /** Bytes that the archive has at most. */
  archiveBytes: number;
}

/** The first MiB of a rescue for a BIOS has its mark and GRUB, as the first MiB of a disk has. */
export const grubBytes = 1024 * 1024;
/** Behind it stands GRUB's configuration. */
export const configurationBytes = 4096;
/** The first page of a rescue for UEFI has its mark; its partition stands behind. */
export const markBytes = 4096;
/** Room for the folders, the boot loader and the command line of a rescue for UEFI. */
const smallFiles = 64 * 1024;

const mib = 1024 * 1024;

/** A number of bytes in whole pieces. Pure. */
export const up = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;

/**
 * Bytes in front of the kernel of a rescue. Pure.
 * @param length bytes of the whole rescue
 */
export const frontBytes = (firmware: RescueFirmware, length: number): number =>
  firmware === 'bios'
    ? grubBytes + configurationBytes
    : markBytes + fatGeometry(length - markBytes).dataSector * sector + smallFiles;

/** Where in a rescue of so many bytes its archive begins, in bytes. Pure. */
export const archiveAt = (
  { firmware, kernelBytes }: Omit<RescueSize, 'archiveBytes'>,
  length: number,
): number => frontBytes(firmware, length) + up(kernelBytes, sector);

/**
 * Bytes that a rescue takes: whole MiB, so that one of another entry lies in the same place, and none is left of the one before.
 * That for UEFI is a FAT32, which is no smaller than 32 MiB. Pure.
 */
export function rescueBytes(size: RescueSize): number {
  let length = up(size.kernelBytes + size.archiveBytes, mib);
  const fits = (): boolean =>
    archiveAt(size, length) + size.archiveBytes <= length &&
    (size.firmware === 'bios' || isFat32(length - markBytes));
  while (!fits()) length += mib;
  return length;
}
