import { chunkBytes, chunkSize, type ImageIndex } from '../image/image.js';
import { isZeros } from '../image/zeros.js';
import type { Context, Job } from './kind.js';
import { chunksOf, readPieces } from './pieces.js';
import { completeSteps, type OnMedium, type Step } from './steps.js';
import { acknowledge, completeWrite, feedSteps, openWrite, sends } from './write.js';

/**
 * Compares a medium whose chunks can be written one by one: all of it is read, so that only what differs is sent.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on), VERIFY_FAILED where the medium can't be read
 */
export async function compareChunks(context: Context, job: Job): Promise<void> {
  const { state, image } = job;
  await readPieces(context, job, chunksOf(image), 'compare', state.read, image.chunks.length);
  state.onMedium = {
    chunks: state.read.map(({ sha256 }) => sha256),
    ...(await context.flasher.remains(image.length)),
  };
}

/**
 * Plans to write the chunks that differ. The first chunk holds what a boot loader looks at: it is made invalid before
 * anything else changes and written last, so that a half-written system never looks bootable. Pure.
 */
export const planChunks = (image: ImageIndex, onMedium: OnMedium, node: string): Step[] =>
  planned(image, onMedium, node, () => false);

/** The same for a medium on which the device can write zeros that were not sent. Pure. */
export const planChunksAndZeros = (image: ImageIndex, onMedium: OnMedium, node: string): Step[] =>
  planned(image, onMedium, node, (index) => isZeros(image, index));

function planned(
  image: ImageIndex,
  onMedium: OnMedium,
  node: string,
  isZero: (index: number) => boolean,
): Step[] {
  const bytesOf = (indexes: number[]) =>
    indexes.reduce((sum, index) => sum + chunkBytes(image.length, index), 0);
  const change = { touches: node, undoable: false };
  const differ = [...image.chunks.keys()].filter(
    (index) => image.chunks[index] !== onMedium.chunks[index],
  );
  const rest = differ.filter((index) => index !== 0);
  const zeros = rest.filter(isZero);
  const others = rest.filter((index) => !isZero(index));
  const some = (what: 'zero' | 'write', chunks: number[]): Step[] =>
    chunks.length === 0 ? [] : [{ do: what, chunks, bytes: bytesOf(chunks), ...change }];
  const writes: Step[] =
    differ.length === 0
      ? []
      : [
          { do: 'invalidate', chunk: 0, bytes: bytesOf([0]), ...change },
          ...some('zero', zeros),
          ...some('write', others),
          ...some('write', [0]),
        ];
  return completeSteps(writes, onMedium, node, { how: 'chunks', bytes: image.length });
}

/**
 * Writes the chunks that differ, in any order and each by itself.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on); LEASE_LOST, FLASHER_FAILED, WRITE_FAILED
 */
export async function writeChunks(context: Context, job: Job, lease: number): Promise<void> {
  await completeWrite(context, job, lease, async () => {
    await lookAgain(context, job);
    const { state, image, facts } = job;
    const steps = planChunks(image, state.onMedium, facts.node);
    if (!sends(steps)) return;
    await openWrite(context, job, lease);
    // From here on the content of the first chunk is unknown until it is acknowledged.
    state.onMedium.chunks[0] = '';
    let invalidated = false;
    await feedSteps(context, job, lease, steps, 0, (index) => {
      if (!invalidated) {
        invalidated = true;
        return undefined;
      }
      acknowledgeChunk(job, index);
      return state.sentBytes;
    });
  });
}

/** Reads the chunks whose acknowledgement a cut may have lost, so that none is sent again without need. */
async function lookAgain({ flasher }: Context, job: Job): Promise<void> {
  const { state, image } = job;
  for (const index of [...state.unsure]) {
    const end = Math.min(image.length, (index + 1) * chunkSize);
    let found: string | undefined;
    await flasher.hash(end, { index }, ({ sha256 }) => (found ??= sha256));
    if (found === image.chunks[index]) acknowledgeChunk(job, index);
    state.unsure.delete(index);
  }
}

/** Notes a written chunk. A chunk that was on the medium already counts as no progress. */
function acknowledgeChunk(job: Job, index: number): void {
  const { onMedium } = job.state;
  const sha256 = acknowledge(job, index);
  if (onMedium.chunks[index] !== sha256) job.state.progress += 1;
  onMedium.chunks[index] = sha256;
}
