import { setTimeout as sleep } from 'node:timers/promises';

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
