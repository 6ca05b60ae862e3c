import type { ByteRange } from '../../image/image.js';
import type { PartitionExtent } from '../../protocol/target.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { rescueBytes, up, type RescueFirmware, type RescueSize } from './size.js';
import { headSectors, tailSectors } from './tables.js';

/** Where a power cut leads to: the system that boots when the power is back. */
export type CutOutcome = 'old-system' | 'rescue' | 'new-system';

/** What a power cut in the middle of writing a whole disk leads to, and where its rescue lies, in bytes of the disk. */
export type PowerCutPlan =
  | {
      leadsTo: 'rescue';
      /** What starts it. */
      firmware: RescueFirmware;
      /** The byte at which the rescue begins. */
      offset: number;
      /** Its length. */
      length: number;
      /** Whether it is there already, because this maintenance system was started from it or a write was cut. */
      isThere: boolean;
      /** The partitions of today that it is written into, as people know them. */
      within: string[];
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
  /** The partitions of that system which may be damaged then; missing where none is. */
  damages?: string[];
}

/** What a rescue must lie around. */
export interface Surroundings {
  /** Bytes of the disk. */
  diskBytes: number;
  /** The byte behind what the image overwrites, or its partition table claims. */
  imageEnd: number;
  /** Ranges that are never written, in their order. */
  spared: readonly ByteRange[];
  /** The partitions that the disk has today. */
  partitions: readonly PartitionExtent[];
}

/** Where a rescue goes, and into which partitions of today, as people know them. */
export type RescueRoom = Pick<
  Extract<PowerCutPlan, { leadsTo: 'rescue' }>,
  'offset' | 'length' | 'within'
>;

const sector = 512;
const page = 4096;
/** The copy of a GPT at the end of a disk: 32 sectors of entries and a header (UEFI 2.10, §5.3.1). */
const backupTableBytes = tailSectors * sector;
/** What stands in front of a logical partition (fdisk(8)). */
const tableBytes = 1024 * 1024;
/** A BIOS counts sectors in 32 bits where a table of an MBR tells them. */
const mostSectors = 2 ** 32;

const down = (bytes: number, to: number): number => Math.floor(bytes / to) * to;

/**
 * Finds the place of a rescue: as far behind the image as it fits, before the copy of the partition table at the end of the disk and
 * around what is never written; where no partition lies, if there is such a place, because the old system is whole then until the
 * disk starts the rescue. Pure.
 * @returns the place; or why there is none, a sentence without a stop
 */
export function placeRescue(
  size: RescueSize,
  { diskBytes, imageEnd, spared, partitions }: Surroundings,
): RescueRoom | { why: string } {
  const ends = endsOf(size.firmware, diskBytes);
  if (spared.some((range) => ends.some((one) => overlaps(range, one))))
    return { why: whyKept[size.firmware] };
  const length = rescueBytes(size);
  const end = diskBytes - backupTableBytes;
  const around = [...spared, ...partitions.map(withTable)].toSorted((a, b) => a.offset - b.offset);
  const last = lastRoom(length, end, spared);
  const free = lastRoom(length, end, around);
  const offset = free >= up(imageEnd, sector) ? free : last;
  const behind = up(imageEnd, sector);
  if (offset < behind) return { why: whyNoRoom(length, behind - offset, down(end, page) - behind) };
  if (size.firmware === 'bios' && (offset + length) / sector >= mostSectors)
    return { why: 'it would lie behind the 2 TiB that the BIOS of a PC reaches' };
  const touched = [{ offset, length }, ...ends.slice(1)];
  const within = partitions.filter((one) => touched.some((range) => overlaps(one, range)));
  return { offset, length, within: within.map(nameOf) };
}

/** What of a disk makes it start the rescue: its first sector, or of UEFI the partition table and its copy. */
const endsOf = (firmware: RescueFirmware, diskBytes: number): ByteRange[] =>
  firmware === 'bios'
    ? [{ offset: 0, length: sector }]
    : [
        { offset: 0, length: headSectors * sector },
        { offset: diskBytes - backupTableBytes, length: backupTableBytes },
      ];

const whyKept: Record<RescueFirmware, string> = {
  bios: 'the profile keeps the first sector of the disk, which would have to start it',
  uefi: 'the profile keeps sectors of the partition table or of its copy, which would have to lead to it',
};

/**
 * Why there is no place, a sentence without a stop.
 * @param length bytes that the rescue takes
 * @param lacking bytes that the image would have to end earlier
 * @param left bytes between the image and the copy of the partition table; none or fewer where the image fills the disk
 */
function whyNoRoom(length: number, lacking: number, left: number): string {
  const needed = `it takes ${formatBytes(length)} behind the image, before the copy of the partition table at the end of the disk`;
  if (left <= 0)
    return `${needed}, and the image fills the disk, or its partition table claims all of it`;
  // What is never written lies in between.
  if (lacking > length) return `${needed}, and no place there is as large`;
  return `${needed}, and ${formatBytes(lacking)} are missing there`;
}

/** The place that is nearest to the end and overlaps none of these ranges, which are in their order: the byte at which it begins. */
function lastRoom(length: number, before: number, ranges: readonly ByteRange[]): number {
  let offset = down(before, page) - length;
  for (const range of ranges.toReversed())
    if (overlaps(range, { offset, length })) offset = down(range.offset, page) - length;
  return offset;
}

/** A logical partition has its entry of the table in front of it, at most a MiB before as programs for partitions align them. */
const withTable = ({ offset, length }: PartitionExtent): ByteRange => ({
  offset: offset - tableBytes,
  length: length + tableBytes,
});

const overlaps = (a: ByteRange, b: ByteRange): boolean =>
  a.offset < b.offset + b.length && b.offset < a.offset + a.length;

const nameOf = ({ node, label }: PartitionExtent): string => (label ? `${node} (${label})` : node);
