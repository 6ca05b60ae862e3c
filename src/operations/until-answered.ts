import { setTimeout as sleep } from 'node:timers/promises';
import { isCode, reasonOf } from '../errors.js';
import { inform, type Run } from '../progress.js';

/**
 * How long an operation that is of no use without the maintenance system begins attempts to connect to it, in seconds: an sshd
 * that was killed is started anew within a few, and the stalls that a connection sits out are shorter.
 */
export const contactSeconds = 30;
/** The same where it is an answer, too, that nobody answers. */
export const lookSeconds = 10;

/**
 * Does work that begins with a connection to a device which was entered from here, and so is expected to answer. Where nobody
 * answers, it tries again about once a second.
 * @param seconds the bound: no attempt begins later
 * @throws what the last attempt throws; HOST_UNREACHABLE after the bound; the reason of the signal
 */
export async function untilAnswered<T>(
  run: Run,
  seconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (let told = false; ; told = true) {
    try {
      return await work();
    } catch (error) {
      run.signal?.throwIfAborted();
      if (!isCode(error, 'HOST_UNREACHABLE') || performance.now() + 1000 > deadline) throw error;
      if (!told) inform(run, `Nobody answers (${reasonOf(error)}); trying again for a while.`);
      await sleep(1000, undefined, run.signal ? { signal: run.signal } : {});
    }
  }
}
