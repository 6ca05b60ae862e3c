import { crc32 } from 'node:zlib';
import type { Extent } from './partition-table.js';

/** A GPT header (UEFI Specification 2.10, §5.3.2); places are sectors. */
export interface GptHeader {
  self: number;
  alternate: number;
  firstUsable: number;
  lastUsable: number;
  diskGuid: string;
  entries: number;
  entryCount: number;
  entrySize: number;
  entriesCrc: number;
}

/** The most bytes that the entries of a partition table may have; 16 KiB are usual. */
const mostEntryBytes = 1024 * 1024;

/**
 * Reads the header in a sector and checks it as Linux does before it trusts it (`block/partitions/efi.c`).
 * @param sector at least the sector's bytes
 * @param place the number of this sector
 * @returns the header, or what is wrong with it
 */
export function gptHeader(
  sector: Buffer,
  place: number,
  sectorSize: number,
): { header: GptHeader } | { wrong: string } {
  if (sector.length < sectorSize) return { wrong: 'is not whole' };
  const size = sector.readUInt32LE(12);
  if (size < 92 || size > sectorSize) return { wrong: `claims a size of ${size} bytes` };
  const summed = Buffer.from(sector.subarray(0, size));
  summed.writeUInt32LE(0, 16);
  const [found, written] = [crc32(summed), sector.readUInt32LE(16)];
  if (found !== written)
    return { wrong: `has the checksum ${hex(found)} and claims ${hex(written)}` };
  const header = {
    self: wide(sector, 24),
    alternate: wide(sector, 32),
    firstUsable: wide(sector, 40),
    lastUsable: wide(sector, 48),
    diskGuid: sector.toString('hex', 56, 72),
    entries: wide(sector, 72),
    entryCount: sector.readUInt32LE(80),
    entrySize: sector.readUInt32LE(84),
    entriesCrc: sector.readUInt32LE(88),
  };
  if (header.self !== place) return { wrong: `claims to be in sector ${header.self}` };
  if (header.firstUsable > header.lastUsable)
    return { wrong: `claims usable sectors from ${header.firstUsable} to ${header.lastUsable}` };
  if (header.entrySize !== 128)
    return { wrong: `has entries of ${header.entrySize} bytes; Linux reads those of 128` };
  if (entryBytes(header) > mostEntryBytes) return { wrong: `claims ${header.entryCount} entries` };
  return { header };
}

/** Bytes of the array of partition entries (UEFI 2.10, §5.3.3). */
export const entryBytes = ({ entryCount, entrySize }: GptHeader): number => entryCount * entrySize;

/** What is wrong with the checksum over the entries, or nothing. */
export function wrongEntries(bytes: Buffer, { entriesCrc }: GptHeader): string | undefined {
  const found = crc32(bytes);
  return found === entriesCrc
    ? undefined
    : `have the checksum ${hex(found)}, the header claims ${hex(entriesCrc)}`;
}

/** The used entries (§5.3.3); an entry that ends before it begins has a length that is not positive. */
export function gptPartitions(bytes: Buffer, { entrySize }: GptHeader): Extent[] {
  const found: Extent[] = [];
  for (let at = 0; at + entrySize <= bytes.length; at += entrySize) {
    const entry = bytes.subarray(at, at + entrySize);
    if (entry.subarray(0, 16).every((byte) => byte === 0)) continue;
    const start = wide(entry, 32);
    found.push({
      name: `partition ${at / entrySize + 1}`,
      start,
      length: wide(entry, 40) - start + 1,
    });
  }
  return found;
}

const wide = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));
const hex = (value: number): string => value.toString(16).padStart(8, '0');
