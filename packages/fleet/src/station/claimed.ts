import type { Claim, Engine } from '../engine/engine.js';
import { lockQueue } from '../rollout/lock-queue.js';
import type { Pins } from '../rollout/pins.js';
import type { RolloutPlan } from '../rollout/plan.js';
import { workStates } from '../rollout/states.js';
import type { Store, Tx } from '../store/store.js';

/** A claim with what counts when it ends. */
export interface Begun extends Claim {
  /** How often it was tried again after nothing had come of it. */
  tries: number;
  /** Whether it may have been written to before. */
  touched: boolean;
}

/** A device that this station works on, with what that needs. */
export interface Claimed extends Begun {
  /** As one would write it after `ssh`. */
  host: string;
  /** By what it is known again, since it was looked at first. */
  identity: string[] | null;
  /** The path of its profile. */
  profile: string;
  /** How often it was begun. */
  attempt: number;
  /** The rollout. */
  plan: RolloutPlan;
  /** What the files of the rollout hold. */
  pins: Pins;
  /** When it was claimed, by the clock of the database. */
  now: Date;
}

/**
 * Takes devices that may begin now; each is `preparing` from then on.
 * @throws what the database says
 */
export const claimDevices = (
  store: Store,
  engine: Engine,
  station: string,
  max: number,
): Promise<Claimed[]> =>
  store.transaction(async (tx) => {
    await lockQueue(tx, station);
    const claims = await engine.claim(tx, station, max, await groupLimits(tx));
    if (claims.length === 0) return [];
    const { rows } = await tx.query<Claimed>(
      `update member m set state = 'preparing', resting = false, attempt = m.attempt + 1,
         started_at = coalesce(m.started_at, now())
       from jsonb_to_recordset($1::jsonb) as given (rollout int, device text, job uuid), device d, rollout r
       where m.rollout = given.rollout and m.device = given.device and m.job = given.job
         and d.name = m.device and r.id = m.rollout
       returning m.job, m.rollout, m.device, d.host, d.identity, m.profile, m.attempt, m.tries, m.touched, r.plan, r.pins, now() as now`,
      [JSON.stringify(claims)],
    );
    const known = new Set(rows.map(({ job }) => job));
    // A job without a row of its number is of nobody.
    for (const claim of claims) if (!known.has(claim.job)) await engine.settle(tx, station, claim);
    return rows;
  });

const groupLimits = async (tx: Tx): Promise<number[]> => {
  const { rows } = await tx.query<{ limit: number }>(
    `select distinct (plan -> 'limits' ->> 'perUplink')::int as limit from rollout
     where state <> 'done' and plan -> 'limits' ? 'perUplink'`,
  );
  return rows.map(({ limit }) => limit);
};

/**
 * Puts devices that a process of this station worked on before it ended to the front of its queue. Only who has the lock of the
 * station may do so.
 * @param running the jobs that this process works on
 * @returns how many
 * @throws what the database says
 */
export const requeueOrphans = (
  store: Store,
  engine: Engine,
  station: string,
  running: readonly string[],
): Promise<number> =>
  store.transaction(async (tx) => {
    const { rows } = await tx.query<Claim>(
      `select m.job, m.rollout, m.device from member m join device d on d.name = m.device
       where d.station = $1 and m.state in ${workStates} and m.job <> all($2::uuid[])
       for update of m`,
      [station, running],
    );
    for (const claim of rows) {
      await engine.settle(tx, station, claim);
      const [job] = await engine.enqueue(tx, station, [{ ...claim, priority: 1000 }]);
      await tx.query(
        "update member set state = 'queued', job = $3 where rollout = $1 and device = $2",
        [claim.rollout, claim.device, job],
      );
    }
    return rows.length;
  });
