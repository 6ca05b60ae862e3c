import { crc32 } from 'node:zlib';
import type { Budget } from '../../shared/budget.js';
import { corrupt, truncated } from '../image-errors.js';
import type { Decoding } from './decoding.js';
import type { StoredFile } from '../stored-file.js';
import { readXzIndex } from './xz-index.js';

/** One stream of an .xz file: where it lies in the file, and how long its content is. */
export interface XzStream {
  start: number;
  end: number;
  /** Bytes of the content, by the stream's own index. */
  length: number;
  /** Whether its blocks have checksums. */
  checked: boolean;
}

const headerSize = 12;
const footerSize = 12;
/** How far back a footer is looked for, only to tell trailing garbage from a truncated file. */
const searchSize = 64 * 1024;

/**
 * Finds the streams of an .xz file from their indexes, reading backwards from the end as `xz --list` does
 * (The .xz File Format 1.2.1, §2 to §4). A file that was cut anywhere has no valid footer at its end.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; what the budget throws for the announced content and for many streams.
 */
export async function xzStreams(file: StoredFile, { budget }: Decoding): Promise<XzStream[]> {
  const streams: XzStream[] = [];
  let end = file.size;
  while (end > 0) {
    end = await skipPadding(file, end, streams.length === 0);
    const stream = await streamEndingAt(file, end, budget);
    streams.push(stream);
    budget.entries();
    end = stream.start;
  }
  return streams.reverse();
}

/** Stream padding is zero bytes, in fours; a footer never ends in zeros. */
async function skipPadding(file: StoredFile, end: number, last: boolean): Promise<number> {
  let at = end;
  while (at > 0) {
    const from = Math.max(0, at - searchSize);
    const bytes = await file.read(from, at - from);
    const content = bytes.findLastIndex((byte) => byte !== 0);
    at = from + content + 1;
    if (content >= 0) break;
  }
  if ((end - at) % 4 === 0) return at;
  if (!last) throw corrupt(file.path, 'the padding between xz streams is of a wrong size', at);
  throw truncated(file.path, 'it does not end with an xz footer', end);
}

async function streamEndingAt(file: StoredFile, end: number, budget: Budget): Promise<XzStream> {
  const footerAt = end - footerSize;
  const footer = await file.read(Math.max(0, footerAt), footerSize);
  if (footerAt < headerSize || !isFooter(footer)) throw await noFooter(file, end);
  const indexAt = footerAt - (footer.readUInt32LE(4) + 1) * 4;
  if (indexAt < headerSize) throw corrupt(file.path, 'the xz footer is wrong', footerAt);
  const index = await readXzIndex(file, indexAt, footerAt, budget);
  const start = indexAt - (index?.stored ?? 0) - headerSize;
  if (index === undefined || start < 0) throw corrupt(file.path, 'the xz index is wrong', indexAt);
  const header = await file.read(start, headerSize);
  if (!isHeader(header) || header.readUInt16BE(6) !== footer.readUInt16BE(8))
    throw corrupt(file.path, 'the xz header does not fit the footer', start);
  return { start, end, length: index.length, checked: footer.readUInt8(9) !== 0 };
}

const isFooter = (bytes: Buffer): boolean =>
  bytes.length === footerSize &&
  bytes.toString('latin1', 10) === 'YZ' &&
  bytes.readUInt32LE(0) === crc32(bytes.subarray(4, 10));

const isHeader = (bytes: Buffer): boolean =>
  bytes.toString('latin1', 0, 6) === '\xfd7zXZ\0' &&
  bytes.readUInt32LE(8) === crc32(bytes.subarray(6, 8));

async function noFooter(file: StoredFile, end: number): Promise<Error> {
  const from = Math.max(0, end - searchSize);
  const tail = await file.read(from, end - from);
  for (let at = tail.lastIndexOf('YZ'); at >= 10; at = tail.lastIndexOf('YZ', at - 1))
    if (isFooter(tail.subarray(at - 10, at + 2)))
      return corrupt(
        file.path,
        'there is something else after the end of the xz data',
        from + at + 2,
      );
  return truncated(file.path, 'it does not end with an xz footer', end);
}
