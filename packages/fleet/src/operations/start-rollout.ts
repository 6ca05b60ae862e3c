import { FleetError } from '../errors.js';
import { planRollout, type Planned } from '../rollout/plan-rollout.js';
import type { Store, Tx } from '../store/store.js';
import { knownDevices } from './devices.js';

/** How many digits of the digest of a plan people see and type. */
export const digestDigits = 12;

/**
 * Says what the rollout of a file would do now.
 * @throws FleetError ROLLOUT_INVALID
 */
export const planFromFile = async (store: Store, file: string): Promise<Planned> =>
  planRollout(file, await knownDevices(store));

/**
 * Starts the rollout of a file, if it would do what a person has seen.
 * @param digest of the plan that was printed
 * @returns its number
 * @throws FleetError ROLLOUT_INVALID, PLAN_CHANGED
 */
export async function startRollout(store: Store, file: string, digest: string): Promise<number> {
  const planned = await planFromFile(store, file);
  if (digest.length < digestDigits || !planned.digest.startsWith(digest))
    throw new FleetError('PLAN_CHANGED', `the plan of ${file} is not ${digest} any more`, {
      hint: `A device, a profile, an image or the file is another: levitate fleet rollout plan ${file} prints what it would do now.`,
    });
  return store.transaction((tx) => insertRollout(tx, planned));
}

async function insertRollout(tx: Tx, { plan, pins, digest }: Planned): Promise<number> {
  const rules = { ...plan, groups: plan.groups.map(({ devices: _, ...group }) => group) };
  const { rows } = await tx.query<{ id: number }>(
    `insert into rollout (name, state, plan, digest, pins) values ($1, 'running', $2, $3, $4) returning id`,
    [plan.name, JSON.stringify(rules), digest, JSON.stringify(pins)],
  );
  const id = rows[0]!.id;
  const groups = plan.groups.map(({ name }, n) => ({ n, name }));
  const members = plan.groups.flatMap(({ devices }, n) =>
    devices.map(({ name, profile }, place) => ({ device: name, n, place, profile })),
  );
  await tx.query(
    `insert into rollout_group (rollout, n, name)
     select $1, n, name from jsonb_to_recordset($2::jsonb) as given (n int, name text)`,
    [id, JSON.stringify(groups)],
  );
  await tx.query(
    `insert into member (rollout, device, n, place, profile)
     select $1, device, n, place, profile
     from jsonb_to_recordset($2::jsonb) as given (device text, n int, place int, profile text)`,
    [id, JSON.stringify(members)],
  );
  return id;
}
