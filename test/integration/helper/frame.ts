import { deflateRawSync, type ZlibOptions } from 'node:zlib';
import { chunkSize } from '../../../src/image/image.js';
import { sha256 } from '../../../src/shared/sha256.js';

/** A chunk of an image as the host sends it: its line, and its bytes. */
export function frame(index: number, image: Buffer): Buffer {
  const bytes = image.subarray(index * chunkSize, (index + 1) * chunkSize);
  return Buffer.concat([Buffer.from(`chunk ${index} ${bytes.length} ${sha256(bytes)}\n`), bytes]);
}

/** The same chunk, compressed. */
export function deflatedFrame(index: number, image: Buffer, how: ZlibOptions): Buffer {
  const bytes = image.subarray(index * chunkSize, (index + 1) * chunkSize);
  return deflatedLine(index, bytes, deflateRawSync(bytes, how));
}

/** A frame that says of any bytes that they are a chunk, compressed. */
export const deflatedLine = (index: number, bytes: Buffer, packed: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`deflated ${index} ${bytes.length} ${sha256(bytes)} ${packed.length}\n`),
    packed,
  ]);
