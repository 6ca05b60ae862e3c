import type { Engine } from '../engine/engine.js';
import { FleetError } from '../errors.js';
import { holdRollout } from '../rollout/hold.js';
import type { RolloutPlan } from '../rollout/plan.js';
import type { RolloutState } from '../rollout/states.js';
import type { Store, Tx } from '../store/store.js';

/** The rollout of a number, kept from others until the transaction ends. @throws FleetError NOT_FOUND, WRONG_STATE */
async function locked(
  tx: Tx,
  id: number,
  allowed: readonly RolloutState[],
): Promise<{ state: RolloutState; plan: RolloutPlan }> {
  const { rows } = await tx.query<{ state: RolloutState; plan: RolloutPlan }>(
    'select state, plan from rollout where id = $1 for update',
    [id],
  );
  const [row] = rows;
  if (!row) throw new FleetError('NOT_FOUND', `there is no rollout ${id}`);
  if (!allowed.includes(row.state))
    throw new FleetError('WRONG_STATE', `rollout ${id} is ${row.state}`);
  return row;
}

/** Lets no further device begin; those that a station works on are written. @throws FleetError NOT_FOUND, WRONG_STATE */
export const pauseRollout = (store: Store, engine: Engine, id: number): Promise<void> =>
  store.transaction(async (tx) => {
    await locked(tx, id, ['running']);
    await holdRollout(tx, engine, id, 'paused', 'a person paused it');
  });

/** The same; and of those that a station works on, only those that are written to already end. @throws as `pauseRollout` */
export const stopRollout = (store: Store, engine: Engine, id: number): Promise<void> =>
  store.transaction(async (tx) => {
    await locked(tx, id, ['running', 'paused']);
    await holdRollout(tx, engine, id, 'stopped', 'a person stopped it');
  });

/** Lets it go on: errors until now do not count any more. @throws as `pauseRollout` */
export const resumeRollout = (store: Store, id: number): Promise<void> =>
  store.transaction(async (tx) => {
    await locked(tx, id, ['paused', 'stopped']);
    await goOn(tx, id);
  });

const goOn = (tx: Tx, id: number) =>
  tx.query(
    "update rollout set state = 'running', why = '', counted_from = nextval('ending') where id = $1",
    [id],
  );

/**
 * Tries the devices again that failed, were refused or did not answer, and lets the rollout go on; those that are quarantined stay.
 * @returns how many are tried again
 * @throws as `pauseRollout`
 */
export const retryRollout = (store: Store, id: number): Promise<number> =>
  store.transaction(async (tx) => {
    await locked(tx, id, ['running', 'paused', 'stopped', 'done']);
    const { rowCount } = await tx.query(
      `update member m set state = 'waiting', tries = 0, offline_since = null, exit = null, code = null, message = null,
         ended_at = null, ended_no = null
       from device d where d.name = m.device and d.quarantined_at is null
         and m.rollout = $1 and m.state in ('failed', 'refused', 'offline')`,
      [id],
    );
    await goOn(tx, id);
    return rowCount ?? 0;
  });

/**
 * Lets the group behind the first gate begin that nobody has passed.
 * @returns the name of the group with the gate
 * @throws FleetError NOT_FOUND, WRONG_STATE
 */
export const passGate = (store: Store, id: number): Promise<string> =>
  store.transaction(async (tx) => {
    const { plan } = await locked(tx, id, ['running', 'paused', 'stopped']);
    const manual = plan.groups.flatMap(({ gate }, n) => (gate === 'manual' ? [n] : []));
    const { rows } = await tx.query<{ name: string }>(
      `update rollout_group set gate_passed = true where rollout = $1 and n =
         (select min(n) from rollout_group where rollout = $1 and n = any($2) and not gate_passed)
       returning name`,
      [id, manual],
    );
    const [group] = rows;
    if (!group) throw new FleetError('WRONG_STATE', `rollout ${id} has no gate to pass`);
    return group.name;
  });
