import { Budget } from '../../shared/budget.js';
import { corrupt, truncated } from '../image-errors.js';
import type { StoredFile } from '../stored-file.js';

/** A file in a zip archive (APPNOTE.TXT 6.3.10, §4.3.12). */
export interface ZipMember {
  name: string;
  /** How it is stored: 0 as it is, 8 deflated, others by their number (§4.4.5). */
  method: number;
  isEncrypted: boolean;
  /** CRC-32 of its content. */
  crc: number;
  /** Bytes in the archive. */
  storedLength: number;
  /** Bytes of its content. */
  length: number;
  /** Where its local header begins. */
  headerAt: number;
}

const endSize = 22;
const longestComment = 0xffff;

/**
 * Reads the central directory of a zip archive, which stands at its end and alone counts.
 * @returns the files in it, without folders
 * @throws LevitateError IMAGE_TRUNCATED where there is no directory; IMAGE_CORRUPT
 */
export async function zipMembers(file: StoredFile): Promise<ZipMember[]> {
  const { path } = file;
  const { count, size, start } = await directoryOf(file);
  const budget = new Budget(`the zip archive ${path}`, {
    bytes: 64 * 1024 * 1024,
    entries: 100_000,
    names: 16 * 1024 * 1024,
  });
  budget.bytes(size);
  budget.entries(count);
  if (start < 0 || start + size > file.size)
    throw corrupt(path, 'the directory of the zip archive lies outside of it', undefined);
  const bytes = await file.read(start, size);
  const members: ZipMember[] = [];
  let at = 0;
  for (let left = count; left > 0; left -= 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50)
      throw corrupt(path, 'an entry of the zip directory is wrong', start + at);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
      bytes.readUInt16LE(at + field),
    ) as [number, number, number];
    const end = at + 46 + nameLength + extraLength + commentLength;
    if (end > bytes.length) throw corrupt(path, 'an entry of the zip directory is cut', start + at);
    budget.names(nameLength);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const extra = bytes.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const [length, storedLength, headerAt] = sizes(bytes, at, extra);
    if (![length, storedLength, headerAt].every(Number.isSafeInteger))
      throw corrupt(path, `the sizes of ${name} in the zip directory are impossible`, start + at);
    if (!name.endsWith('/'))
      members.push({
        name,
        method: bytes.readUInt16LE(at + 10),
        isEncrypted: (bytes.readUInt16LE(at + 8) & 1) !== 0,
        crc: bytes.readUInt32LE(at + 16),
        storedLength,
        length,
        headerAt,
      });
    at = end;
  }
  return members;
}

/**
 * The place at which the content of a member begins, behind its local header (§4.3.7).
 * @throws LevitateError IMAGE_CORRUPT
 */
export async function memberStart(
  file: StoredFile,
  { headerAt, name }: ZipMember,
): Promise<number> {
  const header = await file.read(headerAt, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== 0x04034b50)
    throw corrupt(file.path, `the header of ${name} in the zip archive is wrong`, headerAt);
  return headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

interface Directory {
  count: number;
  size: number;
  start: number;
}

/** Finds the directory by the record at the end of the archive (§4.3.16), and that of zip64 (§4.3.14). */
async function directoryOf(file: StoredFile): Promise<Directory> {
  const tailAt = Math.max(0, file.size - endSize - longestComment);
  const tail = await file.read(tailAt, file.size - tailAt);
  for (let at = tail.length - endSize; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== 0x06054b50) continue;
    if (at + endSize + tail.readUInt16LE(at + 20) !== tail.length) continue;
    const found = {
      count: tail.readUInt16LE(at + 10),
      size: tail.readUInt32LE(at + 12),
      start: tail.readUInt32LE(at + 16),
    };
    const wide = at >= 20 && tail.readUInt32LE(at - 20) === 0x07064b50;
    const isFull =
      found.count === 0xffff || found.size === 0xffffffff || found.start === 0xffffffff;
    if (!wide || !isFull) return found;
    const full = await wideDirectory(file, Number(tail.readBigUInt64LE(at - 20 + 8)));
    return {
      count: found.count === 0xffff ? full.count : found.count,
      size: found.size === 0xffffffff ? full.size : found.size,
      start: found.start === 0xffffffff ? full.start : found.start,
    };
  }
  throw truncated(file.path, 'the directory of the zip archive is missing', file.size);
}

async function wideDirectory(file: StoredFile, at: number): Promise<Directory> {
  const record = Number.isSafeInteger(at) ? await file.read(at, 56) : Buffer.alloc(0);
  if (record.length < 56 || record.readUInt32LE(0) !== 0x06064b50)
    throw corrupt(file.path, 'the zip64 record is wrong', undefined);
  const [count, size, start] = [32, 40, 48].map((field) => Number(record.readBigUInt64LE(field)));
  return { count: count ?? 0, size: size ?? 0, start: start ?? 0 };
}

/** Length, stored length and place of an entry; each that is all ones stands in the zip64 field (§4.5.3), in this order. */
function sizes(bytes: Buffer, at: number, extra: Buffer): [number, number, number] {
  const narrow = [24, 20, 42].map((field) => bytes.readUInt32LE(at + field));
  let wide = Buffer.alloc(0);
  for (let field = 0; field + 4 <= extra.length; field += 4 + extra.readUInt16LE(field + 2))
    if (extra.readUInt16LE(field) === 1)
      wide = Buffer.from(extra.subarray(field + 4, field + 4 + extra.readUInt16LE(field + 2)));
  let next = 0;
  return narrow.map((value) => {
    if (value !== 0xffffffff || wide.length < next + 8) return value;
    next += 8;
    return Number(wide.readBigUInt64LE(next - 8));
  }) as [number, number, number];
}
