import { FleetError } from '../errors.js';
import type { RolloutState } from '../rollout/states.js';
import type { Store } from '../store/store.js';

/** A rollout, as people see it. */
export interface RolloutView {
  /** Its number. */
  id: number;
  /** Its name. */
  name: string;
  /** Where it is. */
  state: RolloutState;
  /** What it waits for, or why it stopped; empty where it does neither. */
  why: string;
  /** Its groups: how many devices are in each state; a state without any is left out. */
  groups: { name: string; states: Record<string, number> }[];
}

interface Row {
  id: number;
  name: string;
  state: RolloutState;
  why: string;
  grp: string;
  states: Record<string, number>;
}

/**
 * Tells where rollouts are, the latest first.
 * @param id of one; without it, all
 * @throws FleetError NOT_FOUND
 */
export async function rollouts(store: Store, id?: number): Promise<RolloutView[]> {
  const rows = await store.rows<Row>(
    `select r.id, r.name, r.state, r.why, g.name as grp,
       (select coalesce(jsonb_object_agg(state, count), '{}') from
         (select case when resting then 'resting' else state end as state, count(*)::int from member m
          where m.rollout = r.id and m.n = g.n group by 1) counted) as states
     from rollout r join rollout_group g on g.rollout = r.id
     where $1::int is null or r.id = $1 order by r.id desc, g.n`,
    [id ?? null],
  );
  if (id !== undefined && rows.length === 0)
    throw new FleetError('NOT_FOUND', `there is no rollout ${id}`);
  const views = new Map<number, RolloutView>();
  for (const { grp, states, ...about } of rows) {
    const view = views.get(about.id) ?? { ...about, groups: [] };
    view.groups.push({ name: grp, states });
    views.set(about.id, view);
  }
  return [...views.values()];
}
