import { chunkSize } from './image.js';

/** No reader keeps more of an image than this, in bytes. */
const mostKept = 16 * 1024 * 1024;

/**
 * Keeps, of an image that streams past once, the first chunk, the last two, and the stretches that were asked for
 * before they came. What is asked for beyond a bound is not kept.
 */
export class KeptBytes {
  /** Bytes that have come so far. */
  length = 0;
  #first: Buffer = Buffer.alloc(0);
  #last: Buffer[] = [];
  #asked: { offset: number; bytes: Buffer }[] = [];
  #kept = 0;

  /**
   * Takes the next bytes; the first piece and all but the last have at least `chunkSize`. They must not change any
   * more until they are given back.
   * @returns a piece of before that is not kept any more
   */
  push(piece: Buffer): Buffer | undefined {
    const start = this.length;
    this.length += piece.length;
    if (start === 0) this.#first = piece;
    this.#last.push(piece);
    const left = this.#last.length > 2 ? this.#last.shift() : undefined;
    for (const { offset, bytes } of this.#asked) {
      const from = Math.max(start, offset);
      const to = Math.min(this.length, offset + bytes.length);
      if (from < to) piece.copy(bytes, from - offset, from - start, to - start);
    }
    return left === this.#first ? undefined : left;
  }

  /** Asks for a stretch; the part of it that has passed already must be in the first chunk or the last two. */
  want(offset: number, length: number): void {
    if (offset + length <= this.#first.length || this.#kept + length > mostKept) return;
    const bytes = Buffer.alloc(length);
    if (offset < this.length) {
      const passed = this.read(offset, length);
      if (passed === undefined) return;
      passed.copy(bytes);
    }
    this.#asked.push({ offset, bytes });
    this.#kept += length;
  }

  /** The bytes from `offset`, fewer at the end of what has come; nothing where they were not kept. */
  read(offset: number, length: number): Buffer | undefined {
    const end = Math.min(offset + length, this.length);
    if (offset < 0 || offset >= end) return undefined;
    if (end <= this.#first.length) return this.#first.subarray(offset, end);
    const asked = this.#asked.find(
      (one) => one.offset <= offset && offset + length <= one.offset + one.bytes.length,
    );
    if (asked) return asked.bytes.subarray(offset - asked.offset, end - asked.offset);
    const tailStart = this.length - this.#last.reduce((sum, { length: one }) => sum + one, 0);
    if (offset < tailStart) return undefined;
    return Buffer.concat(this.#last).subarray(offset - tailStart, end - tailStart);
  }

  /** The end of the image, at most `chunkSize` bytes. */
  get tail(): Buffer {
    const length = Math.min(chunkSize, this.length);
    return this.read(this.length - length, length) ?? Buffer.alloc(0);
  }
}
