import { crc32 } from 'node:zlib';
import { systemPartitionType } from './guid.js';

/** The one partition that a disk is made to show. */
export interface ShownPartition {
  /** Bytes of the disk, and of it those of the partition. */
  diskBytes: number;
  offset: number;
  length: number;
  /** GUIDs in the order of their bytes on disk. */
  diskGuid: Uint8Array;
  partitionGuid: Uint8Array;
}

/** What stands at both ends of a disk with a GPT. */
export interface DiskEnds {
  /** The protective MBR, the header, and 32 sectors of entries. */
  head: Buffer;
  /** 32 sectors of the same entries, and their header. */
  tail: Buffer;
}

const sector = 512;
const entrySectors = 32;
/** Sectors of a table in front of a disk. */
export const headSectors = 2 + entrySectors;
/** Sectors of its copy at the end. */
export const tailSectors = entrySectors + 1;
const [entryCount, entrySize] = [128, 128];

/** Makes a GPT of one partition that firmware starts from, and its copy (UEFI 2.10, §5.2.3 and §5.3). Pure. */
export function diskEnds(shown: ShownPartition): DiskEnds {
  const last = shown.diskBytes / sector - 1;
  const entries = entriesOf(shown);
  const header = headerOf(shown, entries, last);
  return {
    head: Buffer.concat([protectiveMbr(last), header(1, last, 2), entries]),
    tail: Buffer.concat([entries, header(last, 1, last - entrySectors)]),
  };
}

function entriesOf({ offset, length, partitionGuid }: ShownPartition): Buffer {
  const made = Buffer.alloc(entryCount * entrySize);
  made.set(systemPartitionType, 0);
  made.set(partitionGuid, 16);
  made.writeBigUInt64LE(BigInt(offset / sector), 32);
  made.writeBigUInt64LE(BigInt((offset + length) / sector - 1), 40);
  made.write('levitate rescue', 56, 'utf16le');
  return made;
}

const headerOf =
  ({ diskGuid }: ShownPartition, entries: Buffer, last: number) =>
  (own: number, other: number, table: number): Buffer => {
    const made = Buffer.alloc(sector);
    made.write('EFI PART', 0, 'latin1');
    made.writeUInt32LE(0x00010000, 8);
    made.writeUInt32LE(92, 12);
    made.writeBigUInt64LE(BigInt(own), 24);
    made.writeBigUInt64LE(BigInt(other), 32);
    made.writeBigUInt64LE(BigInt(headSectors), 40);
    made.writeBigUInt64LE(BigInt(last - tailSectors), 48);
    made.set(diskGuid, 56);
    made.writeBigUInt64LE(BigInt(table), 72);
    made.writeUInt32LE(entryCount, 80);
    made.writeUInt32LE(entrySize, 84);
    made.writeUInt32LE(crc32(entries), 88);
    made.writeUInt32LE(crc32(made.subarray(0, 92)), 16);
    return made;
  };

function protectiveMbr(last: number): Buffer {
  const made = Buffer.alloc(sector);
  made.set([0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff], 446);
  made.writeUInt32LE(1, 454);
  made.writeUInt32LE(Math.min(last, 0xffffffff), 458);
  made.writeUInt16LE(0xaa55, 510);
  return made;
}
