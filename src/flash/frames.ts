import { checkedChunks } from '../image/chunks.js';
import { chunkBytes, type ImageIndex } from '../image/image.js';
import { sha256 } from '../shared/sha256.js';
import type { Step } from './steps.js';

/**
 * Turns the steps of a plan into what the flasher's `feed` reads: a line `chunk INDEX LENGTH SHA256` and that many
 * bytes, or `zero INDEX LENGTH` for zeros that are not sent, and at last the line `end`; an end of file before that is a
 * cut, never an end. The image is read once more, and a chunk that has changed since the image was checked is never sent.
 * @param from the first chunk that a resumed stream still wants
 * @param onChunk is told of each chunk before it goes
 * @throws LevitateError IMAGE_CHANGED and what reading the image throws
 */
export async function* frames(
  steps: Step[],
  image: ImageIndex,
  from: number,
  { signal, onChunk }: { signal?: AbortSignal; onChunk?: (index: number) => void } = {},
): AsyncGenerator<Uint8Array> {
  const chunks = steps.flatMap((step) => (step.do === 'write' ? step.chunks : []));
  const firstIsLast = steps.some((step) => step.do === 'invalidate');
  if (firstIsLast) {
    yield zeros(image, 0);
  }
  for (const index of steps.flatMap((step) => (step.do === 'zero' ? step.chunks : []))) {
    onChunk?.(index);
    yield zeros(image, index);
  }
  const wanted = new Set(chunks.filter((index) => index >= from));
  let held: Buffer | undefined;
  for await (const { index, bytes } of checkedChunks(image, { signal })) {
    if (!wanted.has(index)) continue;
    if (firstIsLast && index === 0) {
      held = bytes;
      continue;
    }
    onChunk?.(index);
    yield* frame(index, bytes);
  }
  if (held) {
    onChunk?.(0);
    yield* frame(0, held);
  }
  yield Buffer.from('end\n');
}

const zeros = ({ length }: ImageIndex, index: number): Buffer =>
  Buffer.from(`zero ${index} ${chunkBytes(length, index)}\n`);

function* frame(index: number, bytes: Buffer): Generator<Uint8Array> {
  yield Buffer.from(`chunk ${index} ${bytes.length} ${sha256(bytes)}\n`);
  yield bytes;
}
