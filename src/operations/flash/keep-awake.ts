import { setTimeout as sleep } from 'node:timers/promises';

/** How long a question keeps a device in maintenance to which nothing was written, in seconds. */
export const answerSeconds = 3600;

/**
 * Waits for a person, and contacts the device meanwhile: its idle timer would bring the old system back while somebody reads. A
 * question that nobody answers does not keep the device for ever, and one whose machine is gone keeps it no longer than the
 * timer says: in either case the old system comes back by itself.
 * @param contact makes one contact; one that fails is left to whoever needs the device next
 * @param idleSeconds how long the device waits without any
 * @param work is what waits for the person
 */
export async function keptAwake<T>(
  contact: () => Promise<unknown>,
  idleSeconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const contacts = contactUntil(over.signal, contact, Math.min(60, idleSeconds / 4) * 1000);
  try {
    return await work();
  } finally {
    over.abort();
    await contacts;
  }
}

async function contactUntil(
  signal: AbortSignal,
  contact: () => Promise<unknown>,
  everyMs: number,
): Promise<void> {
  const deadline = performance.now() + answerSeconds * 1000;
  while (!signal.aborted && performance.now() < deadline) {
    await contact().catch(() => undefined);
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
