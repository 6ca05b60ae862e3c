import { checkedChunks } from '../image/chunks.js';
import { chunkBytes, type ImageIndex } from '../image/image.js';

/** Which chunks of an image go, and how. */
export interface Sending {
  /** Whether a chunk goes; asked for each once, in the order of the image, when it is about to go. */
  wants(index: number): boolean | Promise<boolean>;
  /** Whether the first chunk is made invalid at the start, and goes at the end whether or not it is wanted. */
  firstIsLast?: boolean;
  /** Chunks of zeros that are named instead of sent. */
  zeros?: ReadonlySet<number>;
  /** Is told of each chunk before it goes. */
  onChunk?: (index: number) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Makes what the flasher's `feed` reads: a line `chunk INDEX LENGTH SHA256` and that many bytes, or `zero INDEX LENGTH` for
 * zeros that are not sent, and at last the line `end`; an end of file before that is a cut, never an end. The image is read
 * once more, and a chunk that has changed since the image was checked is never sent.
 * @throws LevitateError IMAGE_CHANGED, what reading the image throws, and what `wants` throws
 */
export async function* frames(
  image: ImageIndex,
  { wants, firstIsLast = false, zeros = new Set(), onChunk, signal }: Sending,
): AsyncGenerator<Uint8Array> {
  if (firstIsLast) yield zerosFrame(image, 0);
  let held: Buffer | undefined;
  for await (const { index, bytes } of checkedChunks(image, { signal })) {
    if (firstIsLast && index === 0) {
      held = bytes;
      continue;
    }
    if (!(await wants(index))) continue;
    onChunk?.(index);
    if (zeros.has(index)) yield zerosFrame(image, index);
    else yield* frame(image, index, bytes);
  }
  if (held) {
    onChunk?.(0);
    yield* frame(image, 0, held);
  }
  yield Buffer.from('end\n');
}

const zerosFrame = ({ length }: ImageIndex, index: number): Buffer =>
  Buffer.from(`zero ${index} ${chunkBytes(length, index)}\n`);

/** The bytes have been held against the digest that the image has for them. */
function* frame({ chunks }: ImageIndex, index: number, bytes: Buffer): Generator<Uint8Array> {
  yield Buffer.from(`chunk ${index} ${bytes.length} ${chunks[index]}\n`);
  yield bytes;
}
