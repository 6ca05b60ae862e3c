import type { ByteRange } from '../../image/image.js';

/** Where a power cut leads to: the system that boots when the power is back. */
export type CutOutcome = 'old-system' | 'rescue' | 'new-system';

/** What a power cut in the middle of writing a whole disk leads to, and where its rescue lies, in bytes of the disk. */
export type PowerCutPlan =
  | {
      leadsTo: 'rescue';
      /** The byte at which the rescue begins. */
      offset: number;
      /** Its length. */
      length: number;
      /** Whether it is there already, because this maintenance system was started from it or a write was cut. */
      isThere: boolean;
    }
  | {
      leadsTo: 'nothing';
      /** Why no rescue is made: a sentence without a stop. */
      why: string;
    };

/** A part of a write, and where a power cut in it leads to. */
export interface CutStage {
  /** When: the rest of a sentence that begins with a power cut. */
  when: string;
  /** The system that boots after it. */
  leadsTo: CutOutcome;
}

/** What a rescue takes on a disk. */
export interface RescueSize {
  /** Bytes of the kernel. */
  kernelBytes: number;
  /** Bytes that the archive has at most. */
  archiveBytes: number;
}

/** What a rescue must lie around. */
export interface Surroundings {
  /** Bytes of the disk. */
  diskBytes: number;
  /** The byte behind what the image overwrites, or its partition table claims. */
  imageEnd: number;
  /** Ranges that are never written, in their order. */
  spared: readonly ByteRange[];
}

const sector = 512;
const page = 4096;
/** The first MiB of a rescue has its mark and GRUB, as the first MiB of a disk has. */
export const grubBytes = 1024 * 1024;
/** Behind it stands GRUB's configuration. */
export const configurationBytes = page;
/** The copy of a GPT at the end of a disk: 32 sectors of entries and a header (UEFI 2.10, §5.3.1). */
const backupTableBytes = 33 * sector;
/** A BIOS counts sectors in 32 bits where a table of an MBR tells them. */
const mostSectors = 2 ** 32;

const up = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;
const down = (bytes: number, to: number): number => Math.floor(bytes / to) * to;

/** Where in a rescue its archive begins, in bytes. Pure. */
export const archiveAt = ({ kernelBytes }: Pick<RescueSize, 'kernelBytes'>): number =>
  grubBytes + configurationBytes + up(kernelBytes, sector);

/**
 * Bytes that a rescue takes: whole MiB, so that one of another entry lies in the same place, and none is left of the one before.
 * Pure.
 */
export const rescueBytes = (size: RescueSize): number =>
  up(archiveAt(size) + size.archiveBytes, grubBytes);

/**
 * Finds the place of a rescue: as far behind the image as it fits, before the copy of the partition table at the end of the disk and
 * around what is never written. Pure.
 * @returns the place; or why there is none, a sentence without a stop
 */
export function placeRescue(
  size: RescueSize,
  { diskBytes, imageEnd, spared }: Surroundings,
): { offset: number; length: number } | { why: string } {
  const [first] = spared;
  if (first && first.offset < sector)
    return { why: 'the profile keeps the first sector of the disk, which would have to start it' };
  const length = rescueBytes(size);
  let end = diskBytes - backupTableBytes;
  for (const range of spared.toReversed()) {
    const offset = down(end, page) - length;
    if (range.offset < end && range.offset + range.length > offset) end = range.offset;
  }
  const offset = down(end, page) - length;
  const lacking = up(imageEnd, sector) - offset;
  if (lacking > 0)
    return {
      why: `it takes ${length} bytes behind the image, before the copy of the partition table at the end of the disk, and ${lacking} are missing there`,
    };
  if ((offset + length) / sector >= mostSectors)
    return { why: 'it would lie behind the 2 TiB that the BIOS of a PC reaches' };
  return { offset, length };
}
