import { magic } from '../format/magic.js';

/** Where a partition lies: sectors from the beginning of the disk. */
export interface Extent {
  name: string;
  start: number;
  /** Sectors. */
  length: number;
}

/** An entry of an MBR (UEFI Specification 2.10, §5.2.1). */
export interface MbrEntry extends Extent {
  boot: number;
  type: number;
}

/** The type of the entry that stands for a whole GPT disk. */
export const protective = 0xee;
/** Types of entries that hold logical partitions: CHS, LBA, and Linux's own. */
export const extended = [0x05, 0x0f, 0x85];

/**
 * Whether there is a GPT header where one is expected: in the second sector, of 512 or of 4096 bytes
 * (UEFI Specification 2.10, §5.3.2).
 */
export const gptSectorSizes = (head: Buffer): number[] =>
  [512, 4096].filter((size) => magic(size, 'EFI PART')(head));

/** The used entries of a sector that ends in 55 AA; nothing where it does not. */
export function mbrEntries(sector: Buffer): MbrEntry[] | undefined {
  if (sector.length < 512 || sector[510] !== 0x55 || sector[511] !== 0xaa) return undefined;
  return [446, 462, 478, 494]
    .map((at, index) => ({
      name: `partition ${index + 1}`,
      boot: sector.readUInt8(at),
      type: sector.readUInt8(at + 4),
      start: sector.readUInt32LE(at + 8),
      length: sector.readUInt32LE(at + 12),
    }))
    .filter(({ boot, type, length }) => boot !== 0 || type !== 0 || length !== 0);
}

/**
 * Whether these bytes are a GPT, or an MBR whose entries can be partitions, which tells it from other sectors that end
 * in 55 AA. The partition of an ISO 9660 image that is an MBR disk as well (isohybrid) may begin in sector 0.
 */
export function isPartitionTable(head: Buffer): boolean {
  if (gptSectorSizes(head).length > 0) return true;
  const entries = mbrEntries(head);
  if (entries === undefined) return false;
  const first = magic(32768 + 1, 'CD001')(head) ? 0 : 1;
  const partitions = entries.filter(({ type, length }) => type !== 0 || length !== 0);
  return (
    partitions.length > 0 &&
    entries.every(({ boot }) => boot === 0 || boot === 0x80) &&
    partitions.every(({ start, length }) => start >= first && length > 0)
  );
}
