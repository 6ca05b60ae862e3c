import { chunkSize } from '../image/image.js';
import { report } from '../progress.js';
import type { Context, Job, Verified } from './kind.js';
import { proveChunk } from './prove.js';
import { sampleOf } from './sample.js';
import { refuseWrong } from './verify.js';

/** How many chunks are read back at once: the device always has some to read. */
const atOnce = 16;
/** How many of the chunks that were read before the write was over are read again after it. */
const again = 8;

/**
 * Reads back what was not read since it was written, past every cache, compares it with the image, and lets the device note
 * that all of it is whole. What was found to be there, or was read back behind the write, is read again in some places: a
 * medium that has fewer bytes than it says takes one place for another, which shows when all is written.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on); LEASE_LOST; VERIFY_FAILED naming the MiB that differ
 */
export async function verifyChunks(context: Context, job: Job, lease: number): Promise<Verified> {
  const { state, image } = job;
  if (state.verified) return {};
  const all = [...image.chunks.keys()];
  const before = new Set(state.proven);
  await proveAll(
    context,
    job,
    all.filter((index) => !before.has(index)),
  );
  if (state.write !== 'none')
    await proveAll(
      context,
      job,
      sampleOf(all.length, again).filter((index) => before.has(index)),
    );
  refuseWrong(job, all);
  await context.flasher.verified(lease, image.sha256);
  state.verified = true;
  return {};
}

/**
 * Reads chunks back that are not known to be wrong, and tells how much of the image is read.
 * @throws LevitateError CONNECTION_LOST, VERIFY_FAILED where one cannot be read
 */
async function proveAll(context: Context, job: Job, chunks: number[]): Promise<void> {
  const { state, image, target } = job;
  const waiting = chunks.filter((index) => !state.wrong.has(index));
  const prove = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      await proveChunk(context, job, index);
      const done = Math.min(image.length, state.proven.size * chunkSize);
      report(context, {
        type: 'bytes',
        phase: 'verify',
        done,
        total: image.length,
        subject: target,
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, prove));
}
