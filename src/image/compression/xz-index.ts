import { crc32 } from 'node:zlib';
import type { Budget } from '../../shared/budget.js';
import type { StoredFile } from '../stored-file.js';

/** What an xz index says of the blocks before it, all of them together. */
export interface XzIndex {
  /** Bytes that the blocks take in the file, each padded to a multiple of four. */
  stored: number;
  /** Bytes of their content. */
  length: number;
}

/** Two multibyte integers, in bytes. */
const largestRecord = 18;

/**
 * Reads the index of an xz stream (The .xz File Format 1.2.1, §4) in pieces, because its size is whatever the footer
 * claims. It ends as soon as the records account for more than the file has before the index.
 * @param start where the index begins; `end` where the footer begins
 * @param budget gets the content and the blocks
 * @returns undefined where it is wrong, or does not fit the file
 */
export async function readXzIndex(
  file: StoredFile,
  start: number,
  end: number,
  budget: Budget,
): Promise<XzIndex | undefined> {
  const body = end - 4;
  const bytes = new Bytes(file, start, body);
  await bytes.ready(largestRecord);
  if (bytes.next() !== 0) return undefined;
  const blocks = bytes.number();
  const index = { stored: 0, length: 0 };
  for (let block = 0; block < blocks; block++) {
    if (!bytes.has(largestRecord)) await bytes.ready(largestRecord);
    const unpadded = bytes.number();
    const length = bytes.number();
    index.stored += Math.ceil(unpadded / 4) * 4;
    index.length += length;
    // A block has at least a header of four bytes and something behind it (§3.1); NaN where the index has ended.
    if (!(unpadded >= 5 && index.stored <= start && Number.isSafeInteger(index.length)))
      return undefined;
    budget.bytes(length);
    budget.entries();
  }
  if (Number.isNaN(blocks)) return undefined;
  await bytes.ready(largestRecord);
  const padding = body - bytes.at;
  if (padding > 3) return undefined;
  for (let count = 0; count < padding; count++) if (bytes.next() !== 0) return undefined;
  return (await file.read(body, 4)).readUInt32LE(0) === bytes.sum ? index : undefined;
}

/** The bytes of a stretch of a file one after the other, and their CRC-32. */
class Bytes {
  sum = 0;
  #piece: Buffer = Buffer.alloc(0);
  #read = 0;
  readonly #pieces: AsyncGenerator<Buffer, void>;

  constructor(
    file: StoredFile,
    public at: number,
    end: number,
  ) {
    this.#pieces = file.stream(at, end);
  }

  /** Makes so many bytes ready for `next`, as far as there are so many. */
  async ready(count: number): Promise<void> {
    while (this.#piece.length - this.#read < count) {
      const { done, value } = await this.#pieces.next();
      if (done === true) return;
      this.sum = crc32(value, this.sum);
      this.#piece = Buffer.concat([this.#piece.subarray(this.#read), value]);
      this.#read = 0;
    }
  }

  /** Whether `ready` need not be waited for. */
  has(count: number): boolean {
    return this.#piece.length - this.#read >= count;
  }

  /** NaN at the end. */
  next(): number {
    this.at += 1;
    return this.#piece[this.#read++] ?? NaN;
  }

  /** A multibyte integer of up to nine bytes (§1.2); NaN where it is none. */
  number(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 63; scale *= 128) {
      const byte = this.next();
      if (Number.isNaN(byte)) return NaN;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return byte === 0 && scale > 1 ? NaN : value;
    }
    return NaN;
  }
}
