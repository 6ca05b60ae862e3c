import { chunkSize } from '../../../src/image/image.js';
import { sha256 } from '../../../src/shared/sha256.js';

/** A chunk of an image as the host sends it: its line, and its bytes. */
export function frame(index: number, image: Buffer): Buffer {
  const bytes = image.subarray(index * chunkSize, (index + 1) * chunkSize);
  return Buffer.concat([Buffer.from(`chunk ${index} ${bytes.length} ${sha256(bytes)}\n`), bytes]);
}
