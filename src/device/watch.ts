import { setTimeout as sleep } from 'node:timers/promises';
import type { Transport } from '../ssh/transport.js';

/** A connection that is watched for its end. */
export interface Watched {
  /**
   * Waits until the connection has ended by itself, as it does when the system behind it shuts down.
   * @returns whether it ended within the bound, in seconds from now
   */
  isGoneWithin(seconds: number): Promise<boolean>;
}

/**
 * Watches a connection for its end by a command that outlasts `seconds`, and gives the watch once that command runs. It is
 * begun before the system behind is told to end: a command that comes later may be the first over a connection that is
 * made anew, to the system that came after it.
 */
export async function watch(
  transport: Transport,
  seconds: number,
  signal?: AbortSignal,
): Promise<Watched> {
  const stop = new AbortController();
  const either = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal;
  let begun = (): void => undefined;
  const runs = new Promise<void>((resolve) => (begun = resolve));
  const onLine = (line: string) => line.endsWith('watched') && begun();
  const command = `echo watched; exec sleep ${seconds}`;
  const ended = transport.exec(command, { signal: either, onLine }).then(
    () => true,
    () => true,
  );
  await Promise.race([runs, ended]);
  return {
    async isGoneWithin(bound) {
      try {
        const over = sleep(bound * 1000, false, { signal: either }).catch(() => false);
        return await Promise.race([ended, over]);
      } finally {
        stop.abort();
      }
    },
  };
}
