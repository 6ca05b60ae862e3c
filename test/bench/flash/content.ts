/** What the images of the bench hold. */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { chunkSize } from '../../../src/image/image.js';

/** Content that no compression makes smaller. */
export const noise = (chunks: number): Buffer => randomBytes(chunks * chunkSize);

/** The beginning of a file. */
export async function beginning(path: string, chunks: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(chunks * chunkSize);
    await file.read(bytes, 0, bytes.length, 0);
    return bytes;
  } finally {
    await file.close();
  }
}

/** Spreads `count` of `all` chunks evenly. */
const spread = (all: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => Math.floor(((index + 0.5) * all) / count));

/** A copy of which a share of the chunks is other content, in places that are spread evenly. */
export function changed(content: Buffer, share: number): Buffer {
  const copy = Buffer.from(content);
  const all = content.length / chunkSize;
  for (const index of spread(all, Math.ceil(all * share))) noise(1).copy(copy, index * chunkSize);
  return copy;
}

/** A copy of which a share of the chunks is zeros, in stretches as file systems leave them free. */
export function emptied(content: Buffer, share: number): Buffer {
  const copy = Buffer.from(content);
  const stretch = 10 * chunkSize;
  for (let at = 0; at < copy.length; at += stretch)
    copy.fill(
      0,
      Math.min(copy.length, at + stretch * (1 - share)),
      Math.min(copy.length, at + stretch),
    );
  return copy;
}
