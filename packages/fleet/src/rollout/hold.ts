import type { Engine } from '../engine/engine.js';
import type { Tx } from '../store/store.js';
import { lockQueue } from './lock-queue.js';

/**
 * Lets no further device of a rollout begin: those that wait in a queue go back. What a station works on ends; `stopped` lets none
 * of these begin to write either.
 * @throws what the database says
 */
export async function holdRollout(
  tx: Tx,
  engine: Engine,
  id: number,
  state: 'paused' | 'stopped',
  why: string,
): Promise<void> {
  await tx.query('update rollout set state = $2, why = $3 where id = $1', [id, state, why]);
  const { rows: queues } = await tx.query<{ station: string }>(
    `select distinct d.station from member m join device d on d.name = m.device
     where m.rollout = $1 and m.state = 'queued' order by d.station`,
    [id],
  );
  for (const { station } of queues) await lockQueue(tx, station);
  const { rows } = await tx.query<{ station: string; job: string }>(
    `update member m set state = 'waiting', job = null, resting = false from device d,
       (select rollout, device, job from member where rollout = $1 and state = 'queued' and not touched for update) old
     where d.name = m.device and m.rollout = old.rollout and m.device = old.device
     returning d.station, old.job`,
    [id],
  );
  for (const station of new Set(rows.map((row) => row.station)))
    await engine.cancel(
      tx,
      station,
      rows.flatMap((row) => (row.station === station ? [row.job] : [])),
    );
}
