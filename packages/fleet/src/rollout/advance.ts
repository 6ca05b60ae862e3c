import type { Engine } from '../engine/engine.js';
import type { Store, Tx } from '../store/store.js';
import { countGroups, outcomesOf } from './counts.js';
import { decide, type Decision } from './decide.js';
import { holdRollout } from './hold.js';
import type { RolloutPlan } from './plan.js';
import { endNow, openStates } from './states.js';
import { isWithin } from './window.js';

/**
 * Does what is to be done about each rollout that runs: lets devices begin, stops it, ends it. Every station does so; of two at
 * once the second one leaves a rollout to the first. Only the clock of the database counts.
 * @throws what the database says
 */
export async function advanceRollouts(store: Store, engine: Engine): Promise<void> {
  const running = await store.rows<{ id: number }>(
    "select id from rollout where state = 'running'",
  );
  for (const { id } of running) await store.transaction((tx) => advance(tx, engine, id));
}

interface Row {
  plan: RolloutPlan;
  now: Date;
}

async function advance(tx: Tx, engine: Engine, id: number): Promise<void> {
  const { rows } = await tx.query<Row>(
    "select plan, now() as now from rollout where id = $1 and state = 'running' for update skip locked",
    [id],
  );
  const [row] = rows;
  if (!row) return;
  const { plan, now } = row;
  const counts = await countGroups(tx, id);
  const decision = decide(plan, counts, await outcomesOf(tx, id), isWithin(plan.window, now));
  await act(tx, engine, { id, plan }, decision);
}

async function act(
  tx: Tx,
  engine: Engine,
  { id, plan }: { id: number; plan: RolloutPlan },
  decision: Decision,
): Promise<void> {
  switch (decision.do) {
    case 'release':
      return release(tx, engine, { id, plan }, decision);
    case 'stop':
      return holdRollout(tx, engine, id, 'stopped', decision.why);
    case 'done':
      await tx.query("update rollout set state = 'done', why = '' where id = $1", [id]);
      return;
    case 'wait':
      await tx.query('update rollout set why = $2 where id = $1 and why <> $2', [id, decision.why]);
  }
}

/** Puts devices of a group into the queues of their stations. Those that another rollout works on wait for that. */
async function release(
  tx: Tx,
  engine: Engine,
  { id, plan }: { id: number; plan: RolloutPlan },
  { group, count }: { group: number; count: number },
): Promise<void> {
  await refuseQuarantined(tx, id, group);
  const { rows } = await tx.query<{ device: string; station: string; uplink: string | null }>(
    `select m.device, d.station, d.uplink from member m join device d on d.name = m.device
     where m.rollout = $1 and m.n = $2 and m.state = 'waiting'
       and not exists (select from member o where o.device = m.device and o.state in ${openStates})
     order by m.place limit $3 for update of m`,
    [id, group, count],
  );
  const stations = new Map<string, typeof rows>();
  for (const row of rows) stations.set(row.station, [...(stations.get(row.station) ?? []), row]);
  const limit = plan.limits.perUplink;
  for (const [station, devices] of stations) {
    await engine.prepare(station);
    const jobs = devices.map(({ device, uplink }) => ({
      ...{ rollout: id, device },
      ...(limit === undefined || uplink === null ? {} : { group: { id: uplink, limit } }),
    }));
    const numbers = await engine.enqueue(tx, station, jobs);
    const given = jobs.map(({ device }, at) => ({ device, job: numbers[at] }));
    await tx.query(
      `update member m set state = 'queued', job = given.job, resting = false
       from jsonb_to_recordset($2::jsonb) as given (device text, job uuid)
       where m.rollout = $1 and m.device = given.device`,
      [id, JSON.stringify(given)],
    );
  }
  await tx.query("update rollout set why = '' where id = $1 and why <> ''", [id]);
}

/** A device that was quarantined since the plan was made is not begun. */
const refuseQuarantined = (tx: Tx, id: number, group: number) =>
  tx.query(
    `update member m set state = 'refused', exit = 3, code = 'QUARANTINED', ${endNow},
       message = 'it was quarantined after the rollout had begun'
     from device d where d.name = m.device and d.quarantined_at is not null
       and m.rollout = $1 and m.n = $2 and m.state = 'waiting'`,
    [id, group],
  );
