import { chunkSize, type ByteRange } from './image.js';

/** Puts zeros into a chunk, in the place of these ranges of its image. */
export function maskChunk(
  { index, bytes }: { index: number; bytes: Buffer },
  ranges: readonly ByteRange[],
): void {
  const begin = index * chunkSize;
  for (const { offset, length } of ranges) {
    const from = Math.max(0, offset - begin);
    const to = Math.min(bytes.length, offset + length - begin);
    if (from < to) bytes.fill(0, from, to);
  }
}
