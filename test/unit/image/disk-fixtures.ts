import { crc32 } from 'node:zlib';

export interface Place {
  /** First and last sector. */
  first: number;
  last: number;
}

export interface GptOptions {
  /** Of the image. */
  sectors: number;
  partitions: Place[];
  sectorSize?: number;
  /** Where the backup's header is; the last sector if nothing else is said, and 0 for none. */
  backup?: number;
  /** The sector of the first entries. */
  entries?: number;
}

const entrySize = 128;
const entryCount = 128;

/** A disk image with a GPT as UEFI 2.10, §5.3 describes it, for sectors of any size. */
export function gptDisk(options: GptOptions): Buffer {
  const { sectors, partitions, sectorSize = 512, entries = 2 } = options;
  const backup = options.backup ?? sectors - 1;
  const disk = Buffer.alloc(sectors * sectorSize);
  const table = Buffer.alloc(entryCount * entrySize);
  const tableSectors = table.length / sectorSize;
  partitions.forEach(({ first, last }, index) => {
    table.fill(index + 1, index * entrySize, index * entrySize + 32);
    table.writeBigUInt64LE(BigInt(first), index * entrySize + 32);
    table.writeBigUInt64LE(BigInt(last), index * entrySize + 40);
  });
  const header = (own: number, other: number, first: number): void => {
    if (own === 0 || (own + 1) * sectorSize > disk.length) return;
    const bytes = disk.subarray(own * sectorSize, own * sectorSize + 92);
    bytes.write('EFI PART\0\0\x01\0', 0, 'latin1');
    bytes.writeUInt32LE(92, 12);
    bytes.writeBigUInt64LE(BigInt(own), 24);
    bytes.writeBigUInt64LE(BigInt(other), 32);
    bytes.writeBigUInt64LE(BigInt(entries + tableSectors), 40);
    bytes.writeBigUInt64LE(BigInt((backup || sectors) - tableSectors - 1), 48);
    bytes.fill(0x77, 56, 72);
    bytes.writeBigUInt64LE(BigInt(first), 72);
    bytes.writeUInt32LE(entryCount, 80);
    bytes.writeUInt32LE(entrySize, 84);
    table.copy(disk, first * sectorSize);
    summed(disk, own * sectorSize, sectorSize);
  };
  header(1, backup || sectors + 5000, entries);
  header(backup, 1, backup - tableSectors);
  mbr(disk, [{ type: 0xee, first: 1, last: sectors - 1 }]);
  return disk;
}

/** Makes the checksums of a header, and of the entries that it names, right again. */
export function summed(disk: Buffer, at: number, sectorSize = 512): void {
  const first = Number(disk.readBigUInt64LE(at + 72)) * sectorSize;
  const length = disk.readUInt32LE(at + 80) * disk.readUInt32LE(at + 84);
  disk.writeUInt32LE(crc32(disk.subarray(first, first + length)), at + 88);
  sealed(disk, at);
}

/** Makes the checksum of a header right again. */
export function sealed(disk: Buffer, at: number): void {
  disk.writeUInt32LE(0, at + 16);
  disk.writeUInt32LE(crc32(disk.subarray(at, at + 92)), at + 16);
}

/** Writes MBR entries into the sector at an offset, and its signature. */
export function mbr(
  disk: Buffer,
  entries: (Place & { type: number; boot?: number })[],
  at = 0,
): void {
  disk.fill(0, at + 446, at + 510);
  entries.forEach(({ type, boot = 0, first, last }, index) => {
    const entry = at + 446 + index * 16;
    disk.writeUInt8(boot, entry);
    disk.writeUInt8(type, entry + 4);
    disk.writeUInt32LE(first, entry + 8);
    disk.writeUInt32LE(last - first + 1, entry + 12);
  });
  disk.writeUInt16BE(0x55aa, at + 510);
}
