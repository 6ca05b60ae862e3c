/**
 * Which partition table firmware goes by, as EDK2 does (MdeModulePkg/Universal/Disk/PartitionDxe/Gpt.c and Mbr.c): a GPT counts where the
 * first sector protects one; of its two copies the one in front, and where that is not whole the one in the last sector, from which the
 * one in front is then written anew. Where there is no GPT the MBR counts.
 */
import { crc32 } from 'node:zlib';

const sector = 512;

/** What firmware sees of a disk: the first sectors of its system partitions, and the disk as it leaves it. */
export interface Seen {
  starts: number[];
  after: Buffer;
}

export function seenByFirmware(disk: Buffer): Seen {
  const last = disk.length / sector - 1;
  const mbr = [0, 1, 2, 3].map((nth) => disk.subarray(446 + nth * 16, 462 + nth * 16));
  if (disk.readUInt16LE(510) !== 0xaa55) return { starts: [], after: disk };
  const isProtective = mbr.some((entry) => entry[4] === 0xee && entry.readUInt32LE(8) === 1);
  if (!isProtective)
    return {
      starts: mbr.filter((entry) => entry[4] === 0xef).map((entry) => entry.readUInt32LE(8)),
      after: disk,
    };
  if (isWhole(disk, 1)) {
    const alternate = Number(headerAt(disk, 1).readBigUInt64LE(32));
    const after = isWhole(disk, alternate) ? disk : restored(disk, 1, alternate);
    return { starts: systemPartitions(disk, 1), after };
  }
  if (!isWhole(disk, last)) return { starts: [], after: disk };
  const after = restored(disk, last, Number(headerAt(disk, last).readBigUInt64LE(32)));
  return { starts: systemPartitions(disk, last), after };
}

const headerAt = (disk: Buffer, lba: number): Buffer =>
  disk.subarray(lba * sector, (lba + 1) * sector);

function entriesOf(disk: Buffer, lba: number): Buffer {
  const header = headerAt(disk, lba);
  const from = Number(header.readBigUInt64LE(72)) * sector;
  return disk.subarray(from, from + header.readUInt32LE(80) * header.readUInt32LE(84));
}

function isWhole(disk: Buffer, lba: number): boolean {
  const header = headerAt(disk, lba);
  if (header.length < sector || header.toString('latin1', 0, 8) !== 'EFI PART') return false;
  const bytes = header.readUInt32LE(12);
  if (bytes < 92 || bytes > sector || Number(header.readBigUInt64LE(24)) !== lba) return false;
  const summed = Buffer.from(header.subarray(0, bytes));
  summed.writeUInt32LE(0, 16);
  return (
    crc32(summed) === header.readUInt32LE(16) &&
    crc32(entriesOf(disk, lba)) === header.readUInt32LE(88)
  );
}

/** The disk with one copy made from the other. */
function restored(disk: Buffer, from: number, to: number): Buffer {
  const made = Buffer.from(disk);
  const header = Buffer.from(headerAt(disk, from));
  const table = to === 1 ? 2 : to - 32;
  header.writeBigUInt64LE(BigInt(to), 24);
  header.writeBigUInt64LE(BigInt(from), 32);
  header.writeBigUInt64LE(BigInt(table), 72);
  header.writeUInt32LE(0, 16);
  header.writeUInt32LE(crc32(header.subarray(0, header.readUInt32LE(12))), 16);
  made.set(header, to * sector);
  made.set(entriesOf(disk, from), table * sector);
  return made;
}

function systemPartitions(disk: Buffer, lba: number): number[] {
  const entries = entriesOf(disk, lba);
  const found: number[] = [];
  for (let at = 0; at < entries.length; at += 128)
    if (entries.toString('hex', at, at + 16) === '28732ac11ff8d211ba4b00a0c93ec93b')
      found.push(Number(entries.readBigUInt64LE(at + 32)));
  return found;
}
