import { FleetError } from '../errors.js';
import type { Store } from '../store/store.js';

/** That this process alone is a station. */
export interface StationLock extends AsyncDisposable {
  /** Asks whether it still is. @throws where the connection that holds it has broken, or does not answer */
  check(): Promise<void>;
}

/**
 * Makes this process the one that is a station, for as long as its connection lasts.
 * @throws FleetError STATION_RUNS; what the database says
 */
export async function lockStation(store: Store, station: string): Promise<StationLock> {
  const client = await store.dedicated();
  const { rows } = await client.query<{ taken: boolean }>(
    "select pg_try_advisory_lock(hashtextextended('levitate:station:' || $1, 0)) as taken",
    [station],
  );
  if (rows[0]?.taken !== true) {
    await client.end();
    throw new FleetError('STATION_RUNS', `another process is the station ${station}`);
  }
  return {
    check: async () => {
      await client.query('select 1');
    },
    [Symbol.asyncDispose]: () => client.end().catch(() => undefined),
  };
}
