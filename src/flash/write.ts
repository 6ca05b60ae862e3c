import { LevitateError } from '../errors.js';
import type { Sending } from './frames.js';
import type { Context, Job } from './kind.js';
import type { Step } from './steps.js';

/**
 * Takes a write to its end, over as many connections as it needs: all of the image is sent, the medium has it, and what
 * lies behind it is cleared. A part that is done already is not done again.
 * @param send sends what is not on the medium yet
 * @throws LevitateError CONNECTION_LOST (the same call again carries on); LEASE_LOST, FLASHER_FAILED, WRITE_FAILED
 */
export async function completeWrite(
  context: Context,
  job: Job,
  lease: number,
  send: () => Promise<void>,
): Promise<void> {
  const { state } = job;
  if (state.write === 'none' || state.write === 'begun') {
    state.stopwatch.forget();
    await send();
    if (state.write === 'begun') state.write = 'sent';
  }
  if (state.write === 'sent') {
    await context.flasher.finish(lease);
    state.write = 'finished';
  }
  await clearRemains(context, job, lease);
}

/** Clears what the old content left alive behind the image; the flasher then checks that it is gone. */
async function clearRemains({ flasher }: Context, job: Job, lease: number): Promise<void> {
  const { remains } = job.state.onMedium;
  for (let next = remains[0]; next; next = remains[0]) {
    await flasher.clear(lease, job.image.length, next.offset);
    remains.shift();
    job.state.progress += 1;
  }
}

/** Whether these steps send anything. */
export const sends = (steps: Step[]): boolean => steps.some((step) => step.do === 'write');

/**
 * Begins a write, or finds the one that a cut left waiting.
 * @returns the chunk that the device wants next
 */
export async function openWrite({ flasher }: Context, job: Job, lease: number): Promise<number> {
  job.state.write = 'begun';
  const opened = await flasher.open(lease, job.image.length, job.image.sha256);
  job.state.resumed ||= opened.resumed;
  job.state.wire.takesDeflated = opened.deflated;
  return opened.next;
}

/** What frames are to know of the link, and are told of each chunk that goes over it. */
export const overWire = ({
  state: { wire, unsure, stopwatch },
}: Job): Required<Pick<Sending, 'level' | 'onPacked' | 'onChunk'>> => ({
  level: () => wire.level,
  onPacked: (index, bytes, compressed) => wire.noteSent(index, bytes, compressed),
  onChunk: (index) => {
    unsure.add(index);
    stopwatch.begin(index);
  },
});

/**
 * Notes that the device has taken a chunk.
 * @param bytes of it that were sent
 * @returns the SHA-256 that the image has for it
 * @throws LevitateError FLASHER_FAILED for a chunk that the image does not have
 */
export function acknowledge({ state, image }: Job, index: number, bytes: number): string {
  const sha256 = image.chunks[index];
  state.unsure.delete(index);
  if (sha256 === undefined)
    throw new LevitateError(
      'FLASHER_FAILED',
      `the flasher wrote chunk ${index}, which nobody sent`,
    );
  const seconds = state.stopwatch.end(index);
  state.sentBytes += bytes;
  state.wire.noteWritten(index, bytes, seconds);
  if (seconds !== undefined) state.pace.noteWritten(seconds);
  return sha256;
}
