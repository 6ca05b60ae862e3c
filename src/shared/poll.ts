import { setTimeout as sleep } from 'node:timers/promises';
import { isCode } from '../errors.js';

/**
 * Calls `look` about once a second until it gives something, and gives that.
 * @param seconds the bound; undefined is given when it has passed
 */
export async function poll<T>(
  look: () => Promise<T | undefined>,
  seconds: number,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    signal?.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() >= deadline) return undefined;
    await sleep(1000, undefined, signal ? { signal } : {});
  }
}

/** Does what only reads, and does it once more where the connection was lost over it. */
export async function retryOnce<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!mayBeAskedAgain(error)) throw error;
    return await work();
  }
}

/**
 * Whether a failure is the loss of the connection, over which the same may be asked again. A device that is there and does
 * not answer would not answer the second time either.
 */
export const mayBeAskedAgain = (error: unknown): boolean =>
  isCode(error, 'CONNECTION_LOST') && error.data?.['timeoutMs'] === undefined;
