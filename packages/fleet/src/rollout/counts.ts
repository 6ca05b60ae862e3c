import type { Queryable } from '../store/store.js';
import type { GroupCounts, Outcome } from './decide.js';
import { openStates } from './states.js';

interface Row {
  waiting: number;
  open: number;
  resting: number;
  offline: number;
  errors: number;
  quiet: number;
  passed: boolean;
}

/** Counts the devices of each group of a rollout, in the order of the groups. @throws what the database says */
export async function countGroups(db: Queryable, rollout: number): Promise<GroupCounts[]> {
  const { rows } = await db.query<Row>(
    `select
       count(*) filter (where m.state = 'waiting')::int as waiting,
       count(*) filter (where m.state in ${openStates} and not m.resting)::int as open,
       count(*) filter (where m.state in ${openStates} and m.resting)::int as resting,
       count(*) filter (where m.state = 'offline')::int as offline,
       count(*) filter (where m.state in ('failed', 'refused') and m.ended_no > r.counted_from)::int as errors,
       coalesce(extract(epoch from now() - max(m.ended_at)), 0)::float8 as quiet,
       g.gate_passed as passed
     from rollout r join rollout_group g on g.rollout = r.id join member m on m.rollout = r.id and m.n = g.n
     where r.id = $1 group by g.n, g.gate_passed order by g.n`,
    [rollout],
  );
  return rows.map(({ quiet, passed, ...counts }) => ({
    ...counts,
    quietSeconds: Math.max(0, quiet),
    gatePassed: passed,
  }));
}

/** How the last devices of a rollout ended since a person let it go on, the latest first. @throws what the database says */
export async function outcomesOf(db: Queryable, rollout: number): Promise<Outcome[]> {
  const { rows } = await db.query<{ done: boolean }>(
    `select m.state = 'done' as done from member m join rollout r on r.id = m.rollout
     where r.id = $1 and m.state in ('done', 'failed', 'refused') and m.ended_no > r.counted_from
     order by m.ended_no desc limit 100`,
    [rollout],
  );
  return rows.map(({ done }) => (done ? 'done' : 'error'));
}
