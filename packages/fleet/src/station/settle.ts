import type { Engine } from '../engine/engine.js';
import { holdRollout } from '../rollout/hold.js';
import { endNow, workStates } from '../rollout/states.js';
import type { Store, Tx } from '../store/store.js';
import type { Begun } from './claimed.js';
import type { Deployed } from './driver.js';
import { keepWear } from './keep-wear.js';
import { offlineDelay, type Failure, type Verdict } from './outcome.js';

/** How work on a device ended. */
export type Ended =
  { well: true; deployed: Deployed } | { well: false; failure: Failure; verdict: Verdict };

/**
 * Keeps how work on a device ended, with the end of its job, in one transaction; what is kept already is not kept again. Where another
 * process has taken the device over, what that finds counts.
 * @throws what the database says
 */
export const settleDevice = (
  store: Store,
  engine: Engine,
  station: string,
  begun: Begun,
  ended: Ended,
): Promise<void> =>
  store.transaction(async (tx) => {
    await engine.settle(tx, station, begun);
    const { rollout, device, job } = begun;
    const { rowCount } = await tx.query(
      `select from member where rollout = $1 and device = $2 and job = $3 and state in ${workStates} for update`,
      [rollout, device, job],
    );
    if (rowCount === 0) return;
    await (ended.well
      ? keepSuccess(tx, begun, ended.deployed)
      : keepFailure(tx, engine, station, begun, ended));
  });

const keepSuccess = async (tx: Tx, { rollout, device }: Begun, deployed: Deployed) => {
  const { bytes, sha256, build } = deployed;
  await tx.query(
    `update member set state = 'done', exit = 0, code = null, message = null, bytes = $3, sha256 = $4, ${endNow}
     where rollout = $1 and device = $2`,
    [rollout, device, bytes, sha256],
  );
  await keepWear(tx, { rollout, device }, deployed.wear ?? []);
  await tx.query('update device set seen_at = now(), build = coalesce($2, build) where name = $1', [
    device,
    build ?? null,
  ]);
};

async function keepFailure(
  tx: Tx,
  engine: Engine,
  station: string,
  begun: Begun,
  { failure, verdict }: { failure: Failure; verdict: Verdict },
): Promise<void> {
  const { rollout, device, tries } = begun;
  const about = [rollout, device, failure.exit, failure.code, failure.message];
  const end = (state: string) =>
    tx.query(
      `update member set state = '${state}', exit = $3, code = $4, message = $5, resting = false, ${endNow}
       where rollout = $1 and device = $2`,
      about,
    );
  switch (verdict.is) {
    case 'back':
      return back(tx, begun);
    case 'wrong-files':
      await back(tx, begun);
      return holdRollout(tx, engine, rollout, 'stopped', `${failure.code}: ${failure.message}`);
    case 'again':
      return rest(tx, engine, station, begun, verdict.seconds, { isOffline: false });
    case 'offline': {
      await rest(tx, engine, station, begun, offlineDelay(tries, Math.random()), {
        isOffline: true,
      });
      return giveUp(tx, engine, station, begun, failure);
    }
    case 'refused':
      return void (await end('refused'));
    case 'failed':
      await end('failed');
      if (verdict.quarantined) await quarantine(tx, device, failure);
  }
}

/** What had leave to write and has not written, because the leave did not arrive, is as untouched as before. */
const back = async (tx: Tx, { rollout, device, touched }: Begun): Promise<void> => {
  await tx.query(
    "update member set state = 'waiting', job = null, touched = $3 where rollout = $1 and device = $2",
    [rollout, device, touched],
  );
};

/** Lets a device be tried again after some seconds; one of a rollout that is held goes back instead. */
async function rest(
  tx: Tx,
  engine: Engine,
  station: string,
  begun: Begun,
  seconds: number,
  { isOffline }: { isOffline: boolean },
): Promise<void> {
  const { rollout, device, touched } = begun;
  const { rows } = await tx.query<{ held: boolean; at: Date }>(
    "select state in ('paused', 'stopped') as held, now() + make_interval(secs => $2) as at from rollout where id = $1 for share",
    [rollout, seconds],
  );
  const [row] = rows;
  if (!row || (row.held && !touched)) return back(tx, begun);
  const [job] = await engine.enqueue(tx, station, [{ rollout, device, notBefore: row.at }]);
  await tx.query(
    `update member set state = 'queued', job = $3, resting = $4, tries = tries + 1,
       offline_since = case when $4 then coalesce(offline_since, now()) end
     where rollout = $1 and device = $2`,
    [rollout, device, job, isOffline],
  );
}

/** Gives a device up that has not answered for as long as the rollout says. */
async function giveUp(
  tx: Tx,
  engine: Engine,
  station: string,
  { rollout, device }: Begun,
  { code, message }: Failure,
): Promise<void> {
  const { rows } = await tx.query<{ job: string }>(
    `update member m set state = 'offline', code = $3, message = $4, exit = 4, resting = false, ${endNow}
     from (select m.job, (plan ->> 'giveUpSeconds')::float8 as seconds
       from member m join rollout r on r.id = m.rollout where rollout = $1 and device = $2) old
     where rollout = $1 and device = $2 and resting and offline_since <= now() - make_interval(secs => old.seconds)
     returning old.job`,
    [rollout, device, code, message],
  );
  for (const { job } of rows) await engine.cancel(tx, station, [job]);
}

const quarantine = (tx: Tx, device: string, { code, message }: Failure) =>
  tx.query(
    `update device set quarantined_at = now(), quarantine_code = $2, quarantine_reason = $3
     where name = $1 and quarantined_at is null`,
    [device, code, message],
  );
