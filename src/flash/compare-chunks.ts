import { isCode } from '../errors.js';
import { chunkSize } from '../image/image.js';
import { report } from '../progress.js';
import type { Context, Job } from './kind.js';
import { ReadAhead } from './read-ahead.js';
import { sampleOf } from './sample.js';

/**
 * Compares a medium whose chunks can be written one by one. Some that are spread over it are looked at first: where all of
 * them differ, all of the image is sent. Else the rest is compared, here or ahead of the write, until that would be slower
 * than writing it.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on)
 */
export async function compareChunks(context: Context, job: Job, whole: boolean): Promise<void> {
  const { state, image, forced } = job;
  const behind = await context.flasher.remains(image.length);
  state.behind = { remains: [...behind.remains], lost: behind.lost };
  state.onMedium = {
    ...behind,
    chunks: image.chunks.map((_, index) => state.found.get(index) ?? ''),
  };
  if (forced === 'full') {
    state.way = { way: 'full', why: 'it was asked for' };
    return;
  }
  state.comparesAhead = true;
  const sample = sampleOf(image.chunks.length);
  const isSample = await compareAll(context, job, sample);
  if (!isSample) return;
  if (forced === 'delta') state.way = { way: 'delta', why: 'it was asked for' };
  else if (sample.every((index) => differs(job, index))) {
    state.way = { way: 'full', why: `all of ${sample.length} chunks that were looked at differ` };
    state.comparesAhead = false;
  } else state.way = { way: 'delta', why: 'some chunks are there already' };
  if (whole && state.comparesAhead) await compareAll(context, job, [...image.chunks.keys()]);
}

/** Compares these chunks; gives whether it came to the end. */
async function compareAll(context: Context, job: Job, chunks: number[]): Promise<boolean> {
  const { state } = job;
  const ahead = new ReadAhead(
    context,
    job,
    chunks.filter((index) => !state.found.has(index)),
  );
  for (const index of chunks) {
    if (!(await compareChunk(job, index, ahead)) && !state.comparesAhead) return false;
    reportCompared(context, job);
  }
  return true;
}

/** Tells how much of the image was compared. */
export function reportCompared(context: Context, { state, image, target }: Job): void {
  const done = Math.min(image.length, state.found.size * chunkSize);
  report(context, {
    type: 'bytes',
    phase: 'compare',
    done,
    total: image.length,
    subject: target,
  });
}

/** Whether a chunk is to be written: it differs, or was not compared. */
export const differs = ({ state, image }: Job, index: number): boolean =>
  state.onMedium.chunks[index] !== image.chunks[index];

/**
 * Compares one chunk, unless that was done, or nothing is compared any more.
 * @returns whether it was compared
 * @throws LevitateError CONNECTION_LOST
 */
export async function compareChunk(job: Job, index: number, ahead: ReadAhead): Promise<boolean> {
  const { state, image } = job;
  if (state.found.has(index)) return true;
  if (!state.comparesAhead) return false;
  let sha256: string;
  try {
    sha256 = await ahead.read(index);
  } catch (error) {
    // What cannot be read before it is written is written: whether the medium keeps that, the read-back tells.
    if (!isCode(error, 'VERIFY_FAILED')) throw error;
    giveUp(job, 'the medium cannot be read in places');
    return false;
  }
  state.found.set(index, sha256);
  state.onMedium.chunks[index] = sha256;
  state.progress += 1;
  if (sha256 === image.chunks[index]) state.proven.add(index);
  state.pace.noteCompared(sha256 !== image.chunks[index]);
  if (job.forced !== 'delta' && state.pace.isComparingSlower)
    giveUp(job, `writing is faster than comparing, after ${state.found.size} chunks`);
  return true;
}

/** Compares no more: what was not compared counts as differing. */
function giveUp({ state }: Job, why: string): void {
  state.comparesAhead = false;
  state.way = { way: 'full', why };
}
