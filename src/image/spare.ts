import { sha256 } from '../shared/sha256.js';
import { changed, imageChunks, requestOf } from './chunks.js';
import { chunkBytes, chunkSize, type ByteRange, type ImageIndex } from './image.js';
import { maskChunk } from './mask.js';

/**
 * Gives an image as it is compared with a medium and sent there where ranges of that are never written: with zeros in their place.
 * Where a chunk lies in such a range in part, the image is read once more, up to the last one of these.
 * @throws LevitateError IMAGE_CHANGED where that part is not what it was; what `openImage` throws
 */
export async function spareRanges(
  image: ImageIndex,
  ranges: readonly ByteRange[],
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<ImageIndex> {
  const chunks = [...image.chunks];
  const inPart = new Set<number>();
  for (const index of chunks.keys()) {
    const bytes = chunkBytes(image.length, index);
    const spared = sparedBytes(ranges, index * chunkSize, bytes);
    if (spared === bytes) chunks[index] = sha256(Buffer.alloc(bytes));
    else if (spared > 0) inPart.add(index);
  }
  if (inPart.size > 0) {
    for await (const chunk of imageChunks(requestOf(image), { signal })) {
      if (!inPart.has(chunk.index)) continue;
      if (sha256(chunk.bytes) !== image.chunks[chunk.index]) throw changed(image, chunk.index);
      maskChunk(chunk, ranges);
      chunks[chunk.index] = sha256(chunk.bytes);
      inPart.delete(chunk.index);
      if (inPart.size === 0) break;
    }
    for (const index of inPart) throw changed(image, index);
  }
  return { ...image, chunks, spared: ranges };
}

/** How many of these bytes lie in one of the ranges, none of which overlap. */
const sparedBytes = (ranges: readonly ByteRange[], from: number, bytes: number): number =>
  ranges.reduce(
    (sum, { offset, length }) =>
      sum + Math.max(0, Math.min(from + bytes, offset + length) - Math.max(from, offset)),
    0,
  );
