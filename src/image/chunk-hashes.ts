import { createHash } from 'node:crypto';
import { sha256 } from '../shared/sha256.js';

/** Hashes an image as it is read: each chunk by itself, and all of it. */
export class ChunkHashes {
  readonly #whole = createHash('sha256');
  readonly #chunks: string[] = [];
  #length = 0;

  /** Takes the next chunk. */
  push(bytes: Uint8Array): void {
    this.#whole.update(bytes);
    this.#chunks.push(sha256(bytes));
    this.#length += bytes.length;
  }

  /** Gives the hashes in hex, and the bytes that were pushed, after the last chunk. */
  finish(): { sha256: string; chunks: string[]; length: number } {
    return { sha256: this.#whole.digest('hex'), chunks: this.#chunks, length: this.#length };
  }
}
