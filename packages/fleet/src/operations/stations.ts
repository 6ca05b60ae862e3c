import type { Claim, Engine } from '../engine/engine.js';
import { FleetError } from '../errors.js';
import { openStates } from '../rollout/states.js';
import type { Store } from '../store/store.js';

/** A station that has run. */
export interface StationView {
  /** Its name. */
  name: string;
  /** Seconds since it has last said that it runs; null where it never did. */
  silentSeconds: number | null;
  /** How many devices of the inventory are its. */
  devices: number;
  /** How many of these it works on, or is about to. */
  open: number;
}

/** Every station that has run or has devices. @throws what the database says */
export const stations = (store: Store): Promise<StationView[]> =>
  store.rows<StationView>(
    `select s.name, extract(epoch from now() - station.beat)::float8 as "silentSeconds",
       coalesce(d.devices, 0) as devices, coalesce(o.open, 0) as open
     from (select name from station union select station from device) s left join station using (name)
       left join (select station, count(*)::int as devices from device group by 1) d on d.station = s.name
       left join (select station, count(*)::int as open from member m join device on device.name = m.device
                  where m.state in ${openStates} group by 1) o on o.station = s.name
     order by s.name collate "C"`,
  );

/** For how long a station must have been silent before another one may take its devices over, in seconds. */
const silenceSeconds = 300;

/**
 * Gives the devices of a station that is gone to another one, which carries on with what was begun. That one's key must be on them.
 * @returns how many devices
 * @throws FleetError NOT_FOUND; STATION_RUNS where it is not gone
 */
export const takeOver = (store: Store, engine: Engine, from: string, to: string): Promise<number> =>
  store.transaction(async (tx) => {
    const { rows } = await tx.query<{ silent: boolean; free: boolean }>(
      `select beat < now() - make_interval(secs => $2) as silent,
         pg_try_advisory_xact_lock(hashtextextended('levitate:station:' || $1, 0)) as free
       from station where name = $1`,
      [from, silenceSeconds],
    );
    const [station] = rows;
    if (!station) throw new FleetError('NOT_FOUND', `there is no station ${from}`);
    if (!station.free || !station.silent)
      throw new FleetError('STATION_RUNS', `the station ${from} runs, or ran until a moment ago`, {
        hint: 'End it there, and wait for five minutes: two stations must not write to one device.',
      });
    await engine.prepare(to);
    const { rows: open } = await tx.query<Claim>(
      `select m.job, m.rollout, m.device from member m join device d on d.name = m.device
       where d.station = $1 and m.state in ${openStates} for update of m`,
      [from],
    );
    for (const claim of open) await engine.settle(tx, from, claim);
    const jobs = await engine.enqueue(
      tx,
      to,
      open.map(({ rollout, device }) => ({ rollout, device, priority: 1000 })),
    );
    await tx.query(
      `update member m set state = 'queued', job = given.job, resting = false
       from jsonb_to_recordset($1::jsonb) as given (rollout int, device text, job uuid)
       where m.rollout = given.rollout and m.device = given.device`,
      [JSON.stringify(open.map((claim, at) => ({ ...claim, job: jobs[at] })))],
    );
    const moved = await tx.query('update device set station = $2 where station = $1', [from, to]);
    return moved.rowCount ?? 0;
  });
