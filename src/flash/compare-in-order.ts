import { isCode } from '../errors.js';
import { reportCompared } from './compare-chunks.js';
import type { Context, Job } from './kind.js';
import { ReadAhead } from './read-ahead.js';

/**
 * Compares a medium on which what lies behind a place may have to move while that place is written: from the first difference on
 * all of it is sent, and what is in front stays. The first chunk, which is written last, is compared last.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on)
 */
export async function compareInOrder(context: Context, job: Job): Promise<void> {
  const { state, image, forced } = job;
  const chunks = image.chunks.map((_, index) => state.found.get(index) ?? '');
  state.onMedium = { remains: [], lost: [], chunks };
  if (forced === 'full') {
    state.way = { way: 'full', why: 'it was asked for' };
    return;
  }
  const order = [...image.chunks.keys()].slice(1).concat(0);
  const ahead = new ReadAhead(
    context,
    job,
    order.filter((index) => !state.found.has(index)),
  );
  for (const index of order) {
    const sha256 = state.found.get(index) ?? (await readIfPossible(ahead, index));
    if (sha256 !== undefined && !state.found.has(index)) {
      state.found.set(index, sha256);
      chunks[index] = sha256;
      state.progress += 1;
    }
    if (sha256 !== image.chunks[index]) {
      state.way = {
        way: index === order[0] ? 'full' : 'delta',
        why: `chunk ${index} differs, and what is behind it may have to move`,
      };
      return;
    }
    state.proven.add(index);
    reportCompared(context, job);
  }
  state.way = { way: 'delta', why: 'all of it is there already' };
}

/** Reads a chunk; gives nothing where that cannot be read, as it is written anew then. */
async function readIfPossible(ahead: ReadAhead, index: number): Promise<string | undefined> {
  try {
    return await ahead.read(index);
  } catch (error) {
    if (isCode(error, 'VERIFY_FAILED')) return undefined;
    throw error;
  }
}
