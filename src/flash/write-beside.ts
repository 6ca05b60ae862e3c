import { chunksOf } from './pieces.js';
import { compareCounters } from './erase-counters.js';
import type { Context, Job, Verified } from './kind.js';
import { completeSteps, type OnMedium, type Step } from './steps.js';
import type { ImageIndex } from '../image/image.js';
import { planStream, writeStream } from './stream.js';
import { readBack } from './verify.js';

/**
 * Plans to write a new volume beside the one that is there, to read it back, and to swap the two. The old one stays whole until the
 * last step. Pure.
 * @param within the device that both are on
 */
export function planBeside(
  image: ImageIndex,
  onMedium: OnMedium,
  node: string,
  within: string,
): Step[] {
  const inPlace = planStream(image, onMedium, node, 'chunks');
  if (!inPlace.some((step) => step.do === 'write')) return inPlace;
  const chunks = [...image.chunks.keys()];
  const write: Step = { do: 'write', chunks, bytes: image.length, touches: within, undoable: true };
  const steps = completeSteps([write], { remains: [], lost: [] }, within, {
    how: 'chunks',
    bytes: image.length,
  });
  return [
    ...steps.map((step) => ({ ...step, undoable: true })),
    { do: 'swap', bytes: 0, touches: within, undoable: false },
  ];
}

/** Writes an image to a new volume beside the target; nothing is cleared, because nothing is behind the end of a new volume. */
export async function writeBeside(context: Context, job: Job, lease: number): Promise<void> {
  job.state.onMedium.remains.length = 0;
  await writeStream(beside(context), job, lease);
}

/** Whether the job has something beside its target that waits for the swap. */
const waitsForSwap = ({ state }: Job): boolean => state.write === 'finished' && !state.verified;

/** Reads back what was written beside the target; that it is whole is noted by the swap. */
export const verifyBeside = (context: Context, job: Job): Promise<void> =>
  readBack(beside(context), job, chunksOf(job.image));

/** Whether what was written for a job lies beside its target, by its own kind. */
export const isWaiting = (job: Job): boolean => job.kind.waits?.(job) ?? false;

/**
 * Swaps all at once what was written beside these targets, and compares the erase counters after that.
 * @param always whether the device has something to do even where nothing waits beside a target
 * @throws LevitateError CONNECTION_LOST (the same call again carries on); LEASE_LOST, TARGET_IN_USE, WRITE_FAILED
 */
export async function swapAll(
  context: Context,
  jobs: readonly Job[],
  lease: number,
  always = false,
): Promise<Map<Job, Verified>> {
  const [first] = jobs;
  if (first === undefined) return new Map();
  if (always || jobs.some(waitsForSwap)) {
    await context.flasher.swap(
      lease,
      jobs.flatMap(({ args }) => args),
    );
    for (const { state } of jobs) state.verified = true;
  }
  const found = new Map<Job, Verified>();
  for (const job of jobs) found.set(job, { counters: await compareCounters(context, job) });
  return found;
}

/** What works on the place beside the target. */
export const beside = (context: Context): Context => ({
  ...context,
  flasher: context.flasher.beside(),
});
