import { isCode } from '../errors.js';
import { chunkBytes, chunkSize, type ImageIndex } from '../image/image.js';
import { report } from '../progress.js';
import { frames } from './frames.js';
import type { Context, Job } from './kind.js';
import { readPieces, type Pieces } from './pieces.js';
import { completeSteps, type OnMedium, type ReadBack, type Step } from './steps.js';
import { acknowledge, completeWrite, openWrite, overWire, sends } from './write.js';

/**
 * Compares a medium that takes an image as one stream only until a difference shows, because then all of it is written.
 * The image counts as being there only where nothing lies behind it that a new write would remove.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on)
 */
export async function compareStream(context: Context, job: Job, pieces: Pieces): Promise<void> {
  const there = job.forced !== 'full' && (await isThere(context, job, pieces));
  job.state.way = there
    ? { way: 'delta', why: 'all of it is there already' }
    : { way: 'full', why: 'it takes an image as a whole' };
  job.state.onMedium = { chunks: there ? [...job.image.chunks] : [], remains: [], lost: [] };
}

async function isThere(context: Context, job: Job, pieces: Pieces): Promise<boolean> {
  const { read } = job.state;
  const { hashes } = pieces;
  if (job.image.length > job.facts.size) return false;
  const differs = () => read.some(({ sha256 }, index) => sha256 !== hashes[index]);
  try {
    while (read.length < hashes.length && !differs()) {
      const count = Math.min(hashes.length, Math.max(1, 2 * read.length));
      await readPieces(context, job, pieces, 'compare', read, count);
      if (read.length < count) return false;
    }
  } catch (error) {
    // A volume whose update was interrupted, or a worn eraseblock, cannot be read before it is written anew.
    if (isCode(error, 'VERIFY_FAILED')) return false;
    throw error;
  }
  if (differs()) return false;
  return (await context.flasher.remains(job.image.length)).remains.length === 0;
}

/** Plans to send all of the image from the first byte to the last, or nothing where it is there. Pure. */
export function planStream(
  image: ImageIndex,
  onMedium: OnMedium,
  node: string,
  how: ReadBack,
): Step[] {
  const chunks = [...image.chunks.keys()];
  const isWhole = chunks.every((index) => image.chunks[index] === onMedium.chunks[index]);
  const writes: Step[] = isWhole
    ? []
    : [{ do: 'write', chunks, bytes: image.length, touches: node, undoable: false }];
  return completeSteps(writes, onMedium, node, { how, bytes: image.length });
}

/**
 * Sends an image as one stream. A program on the device takes it; it waits through a cut, and gets the rest over the
 * next connection.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on); LEASE_LOST, FLASHER_FAILED, WRITE_FAILED
 */
export async function writeStream(context: Context, job: Job, lease: number): Promise<void> {
  await completeWrite(context, job, lease, async () => {
    const { state, image, facts, kind } = job;
    const steps = kind.plan(image, state.onMedium, facts.node, facts);
    if (!sends(steps)) return;
    const next = await openWrite(context, job, lease);
    // The device tells how much of the stream it has.
    for (const index of state.unsure) if (index < next) acknowledgeStreamed(job, index);
    state.unsure.clear();
    const wants = (index: number): boolean => index >= next;
    await context.flasher.feed(
      lease,
      frames(image, { wants, ...overWire(job), signal: context.signal }),
      ({ index }) => {
        acknowledgeStreamed(job, index);
        const done = Math.min(image.length, state.streamed * chunkSize);
        const total = image.length;
        report(context, { type: 'bytes', phase: 'write', done, total, subject: job.target });
      },
      context.signal,
    );
  });
}

/**
 * Notes a written chunk of a stream. Where the stream began anew, chunks are no progress until it is further than
 * before.
 */
function acknowledgeStreamed(job: Job, index: number): void {
  const { state } = job;
  acknowledge(job, index, chunkBytes(job.image.length, index));
  if (index >= state.streamed) state.progress += 1;
  state.streamed = Math.max(state.streamed, index + 1);
}
