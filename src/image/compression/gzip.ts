import { Readable } from 'node:stream';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { reasonOf } from '../../errors.js';
import type { Budget } from '../../shared/budget.js';
import { corrupt, trailing, truncated } from '../image-errors.js';
import type { Decoding } from './decoding.js';
import type { StoredFile } from '../stored-file.js';

/**
 * Decompresses a gzip file of one or more members (RFC 1952), and checks the CRC-32 and the length of each. Members are
 * walked here because Node's own gunzip ignores some trailing garbage and half members. Zero bytes after the last
 * member are padding, as gzip itself takes them.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT with the offset in the stored file.
 */
export async function* gunzip(
  file: StoredFile,
  { budget }: Decoding,
): AsyncGenerator<Uint8Array, void> {
  let at = 0;
  do {
    budget.entries();
    const body = at + (await headerLength(file, at, budget));
    const small = at > 0 ? await smallMember(file, body) : undefined;
    if (small) {
      budget.bytes(small.bytes.length);
      await compareTrailer(file, small.end, crc32(small.bytes), small.bytes.length);
      yield small.bytes;
    }
    const end = small?.end ?? (yield* member(file, body, budget));
    at = end + trailerSize;
  } while (await anotherMember(file, at));
}

const trailerSize = 8;

/** Inflates one member's body, checks its trailer, and gives the offset at which the trailer begins. */
async function* member(
  file: StoredFile,
  start: number,
  budget: Budget,
): AsyncGenerator<Uint8Array, number> {
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  const source = Readable.from(file.stream(start, file.size));
  source.on('error', (error) => inflate.destroy(error));
  source.pipe(inflate);
  let sum = 0;
  let length = 0;
  try {
    for await (const bytes of inflate as AsyncIterable<Buffer>) {
      sum = crc32(bytes, sum);
      length += bytes.length;
      budget.bytes(bytes.length);
      yield bytes;
    }
  } catch (error) {
    throw inflateFailure(file, error, start + inflate.bytesWritten);
  } finally {
    source.destroy();
    inflate.destroy();
  }
  const end = start + inflate.bytesWritten;
  await compareTrailer(file, end, sum, length);
  return end;
}

/**
 * Gives the content of a small member and the byte at which its body ends; undefined where it is not small. In a file
 * of many members, a stream for each would take most of the time.
 */
async function smallMember(
  file: StoredFile,
  start: number,
): Promise<{ bytes: Buffer; end: number } | undefined> {
  try {
    const { value: stored } = await file
      .stream(start, Math.min(start + smallSize, file.size))
      .next();
    if (!stored) return undefined;
    // The types do not know `info`, which gives the engine, too (Node's documentation of zlib, Class: Options).
    const { buffer, engine } = inflateRawSync(stored, {
      info: true,
      maxOutputLength: smallSize,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return { bytes: buffer, end: start + engine.bytesWritten };
  } catch {
    // It is larger, or damaged, or cut: reading it as a stream tells which.
    return undefined;
  }
}

/** The most bytes of a small member; the members of BGZF have up to 64 KiB. */
const smallSize = 64 * 1024;

async function compareTrailer(
  file: StoredFile,
  end: number,
  sum: number,
  length: number,
): Promise<void> {
  const trailer = await file.read(end, trailerSize);
  if (trailer.length < trailerSize) throw truncated(file.path, 'the gzip trailer is missing', end);
  if (trailer.readUInt32LE(0) !== sum) throw corrupt(file.path, 'the gzip checksum is wrong', end);
  if (trailer.readUInt32LE(4) !== length % 2 ** 32)
    throw corrupt(file.path, 'the gzip length is wrong', end + 4);
}

function inflateFailure(file: StoredFile, error: unknown, at: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'Z_BUF_ERROR')
    return truncated(file.path, 'the gzip data ends early', file.size, error);
  if (code?.startsWith('Z_') === true) return corrupt(file.path, reasonOf(error), at, error);
  return error;
}

async function anotherMember(file: StoredFile, at: number): Promise<boolean> {
  if (at >= file.size) return false;
  const [first, second] = await file.read(at, 2);
  if (first === 0x1f && (second === 0x8b || second === undefined)) return true;
  for await (const bytes of file.stream(at, file.size))
    if (bytes.some((byte) => byte !== 0)) throw trailing(file.path, 'gzip', at);
  return false;
}

/** Bytes of the member header at `at`: ten, and the optional fields that its flags announce (RFC 1952, §2.3). */
async function headerLength(file: StoredFile, at: number, budget: Budget): Promise<number> {
  // Nearly every header has ten bytes and a name. Only one with more fields is read again, up to the limit.
  for (const most of [512, longestHeader]) {
    const header = await file.read(at, most);
    const length = headerIn(file, at, header);
    if (length !== undefined) return length;
    if (header.length < most) break;
    if (most === longestHeader) budget.names(longestHeader);
  }
  throw truncated(file.path, 'the gzip header ends early', file.size);
}

/**
 * Bytes of the longest header: an extra field takes up to 64 KiB, and the rest is more than the budget allows for
 * texts.
 */
const longestHeader = 256 * 1024;

/** As `headerLength`; undefined where the header needs more bytes than there are. */
function headerIn(file: StoredFile, at: number, header: Buffer): number | undefined {
  if (header.length < 10) return undefined;
  if (header[0] !== 0x1f || header[1] !== 0x8b || header[2] !== 8)
    throw corrupt(file.path, 'a gzip member begins with a wrong header', at);
  const flags = header.readUInt8(3);
  if ((flags & 0xe0) !== 0) throw corrupt(file.path, 'reserved gzip flags are set', at + 3);
  let length = 10;
  if ((flags & 4) !== 0) {
    if (header.length < length + 2) return undefined;
    length += 2 + header.readUInt16LE(length);
  }
  for (const text of [8, 16]) {
    if ((flags & text) === 0) continue;
    const end = header.indexOf(0, length);
    if (end < 0) return undefined;
    length = end + 1;
  }
  if ((flags & 2) !== 0) {
    if (header.length < length + 2) return undefined;
    if (header.readUInt16LE(length) !== (crc32(header.subarray(0, length)) & 0xffff))
      throw corrupt(file.path, 'the gzip header checksum is wrong', at + length);
    length += 2;
  }
  return header.length < length ? undefined : length;
}
