import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError, reasonOf } from '../errors.js';
import type { Store } from './store.js';

/** How long others that have the key are waited for, in milliseconds, and how often it is asked for. */
const patience = 600_000;
const interval = 250;

/** One at a time for each key, among all processes that use the database. */
export interface Exclusive extends AsyncDisposable {
  /**
   * Does work while nobody else does any with the same key.
   * @throws FleetError DATABASE_UNAVAILABLE where that cannot be known; what `work` throws
   */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** Opens a connection that holds the keys. A process that ends lets go of them. @throws what the database says */
export async function openExclusive(store: Store, space: string): Promise<Exclusive> {
  const client = await store.dedicated();
  // The connection may take one lock twice: those of this process wait for each other here.
  const last = new Map<string, Promise<unknown>>();
  const lock = async (verb: 'pg_try_advisory_lock' | 'pg_advisory_unlock', key: string) => {
    const { rows } = await client.query<{ done: boolean }>(
      `select ${verb}(hashtextextended($1, 0)) as done`,
      [`levitate:${space}:${key}`],
    );
    return rows[0]?.done === true;
  };
  const locked = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const until = performance.now() + patience;
    try {
      while (!(await lock('pg_try_advisory_lock', key))) {
        if (performance.now() > until) throw new Error(`${key} is in use by another process`);
        await sleep(interval);
      }
    } catch (cause) {
      throw new FleetError('DATABASE_UNAVAILABLE', reasonOf(cause), { cause });
    }
    try {
      return await work();
    } finally {
      await lock('pg_advisory_unlock', key).catch(() => undefined);
    }
  };
  return {
    run: (key, work) => {
      const turn = (last.get(key) ?? Promise.resolve()).then(() => locked(key, work));
      last.set(
        key,
        turn.catch(() => undefined),
      );
      return turn;
    },
    [Symbol.asyncDispose]: () => client.end().catch(() => undefined),
  };
}
