import { sha256 } from '../shared/sha256.js';
import { chunkBytes, type ImageIndex } from './image.js';

const digests = new Map<number, string>();

/** Whether a chunk of an image is nothing but zeros, as its digest tells. Pure. */
export function isZeros({ chunks, length }: ImageIndex, index: number): boolean {
  const bytes = chunkBytes(length, index);
  const known = digests.get(bytes) ?? sha256(Buffer.alloc(bytes));
  digests.set(bytes, known);
  return chunks[index] === known;
}
