/** Writes a GUID partition table, and the BIOS boot code beside it, into a disk image. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

const sector = 512;
const entryCount = 128;
const entrySize = 128;
const tableSectors = (entryCount * entrySize) / sector;

export interface Partition {
  name: string;
  type: 'bios-boot' | 'esp' | 'linux';
  /** First sector, and how many. */
  start: number;
  sectors: number;
}

const typeGuids = {
  'bios-boot': '21686148-6449-6e6f-744e-656564454649',
  esp: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  linux: '0fc63daf-8483-4772-8e79-3d69d8477de4',
};

/** Writes the protective MBR (around `bootCode`), both tables and both headers. */
export async function writeGpt(
  disk: FileHandle,
  sectors: number,
  partitions: Partition[],
  bootCode: Buffer,
  seed: string,
): Promise<void> {
  const entries = Buffer.alloc(entryCount * entrySize);
  partitions.forEach((partition, index) => {
    const entry = entries.subarray(index * entrySize, (index + 1) * entrySize);
    guid(typeGuids[partition.type]).copy(entry, 0);
    guid(madeGuid(`${seed} ${partition.name}`)).copy(entry, 16);
    entry.writeBigUInt64LE(BigInt(partition.start), 32);
    entry.writeBigUInt64LE(BigInt(partition.start + partition.sectors - 1), 40);
    entry.write(partition.name, 56, 'utf16le');
  });
  const last = sectors - 1;
  const header = (own: number, other: number, table: number): Buffer => {
    const bytes = Buffer.alloc(sector);
    bytes.write('EFI PART', 0, 'latin1');
    bytes.writeUInt32LE(0x00010000, 8);
    bytes.writeUInt32LE(92, 12);
    bytes.writeBigUInt64LE(BigInt(own), 24);
    bytes.writeBigUInt64LE(BigInt(other), 32);
    bytes.writeBigUInt64LE(BigInt(2 + tableSectors), 40);
    bytes.writeBigUInt64LE(BigInt(last - tableSectors - 1), 48);
    guid(madeGuid(seed)).copy(bytes, 56);
    bytes.writeBigUInt64LE(BigInt(table), 72);
    bytes.writeUInt32LE(entryCount, 80);
    bytes.writeUInt32LE(entrySize, 84);
    bytes.writeUInt32LE(crc32(entries), 88);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 92)), 16);
    return bytes;
  };
  await disk.write(protectiveMbr(sectors, bootCode), 0, sector, 0);
  await disk.write(header(1, last, 2), 0, sector, sector);
  await disk.write(entries, 0, entries.length, 2 * sector);
  await disk.write(entries, 0, entries.length, (last - tableSectors) * sector);
  await disk.write(header(last, 1, last - tableSectors), 0, sector, last * sector);
}

function protectiveMbr(sectors: number, bootCode: Buffer): Buffer {
  const mbr = Buffer.alloc(sector);
  bootCode.copy(mbr, 0, 0, 440);
  mbr.set([0x00, 0x00, 0x02, 0x00, 0xee, 0xff, 0xff, 0xff], 446);
  mbr.writeUInt32LE(1, 454);
  mbr.writeUInt32LE(sectors - 1, 458);
  mbr.writeUInt16LE(0xaa55, 510);
  return mbr;
}

function madeGuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A GUID's bytes on disk: its first three fields are little-endian. */
function guid(text: string): Buffer {
  const plain = Buffer.from(text.replaceAll('-', ''), 'hex');
  const swapped = Buffer.from(plain);
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  return swapped;
}
