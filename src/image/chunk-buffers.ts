import { chunkSize } from './image.js';

/**
 * Buffers of a chunk's size that are filled again and again: to collect one for each chunk costs more than to read it. What is
 * not given back is collected as usual.
 */
export class ChunkBuffers {
  readonly #free: Buffer[] = [];
  readonly #lent = new WeakSet<ArrayBufferLike>();

  /** Gives a buffer of `chunkSize` bytes, whose content is anything. */
  take(): Buffer {
    const bytes = this.#free.pop() ?? Buffer.allocUnsafeSlow(chunkSize);
    this.#lent.add(bytes.buffer);
    return bytes;
  }

  /** Takes back a buffer that nobody uses any more, or a part of one; what is none of these buffers is left alone. */
  giveBack({ buffer }: Uint8Array): void {
    if (this.#lent.delete(buffer)) this.#free.push(Buffer.from(buffer));
  }
}
