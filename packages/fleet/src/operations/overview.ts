import type { MemberState, RolloutState } from '../rollout/states.js';
import type { Store } from '../store/store.js';
import { rollouts, type RolloutView } from './rollouts.js';
import { stations } from './stations.js';
import { deviceToDo, mostSilence, rolloutToDo, stationToDo } from './what-to-do.js';

/** A device, as somebody sees it who looks at a rollout. */
export interface SeenDevice {
  /** Its name. */
  name: string;
  /** As one would write it after `ssh`. */
  host: string;
  /** The station that deploys to it. */
  station: string;
  /** Its build, where it is known. */
  build: string | null;
  /** Its group in the rollout; null where it is in none. */
  group: string | null;
  /** The number of its group, for the order. */
  n: number | null;
  /** Where it is in the rollout. */
  state: MemberState | null;
  /** Whether it did not answer, and is tried again later. */
  resting: boolean;
  /** The code of its failure, or of its quarantine. */
  code: string | null;
  /** What has happened, for people. */
  message: string | null;
  /** What is done now. */
  phase: string | null;
  /** Bytes that are done with in this phase. */
  done: number | null;
  /** Bytes of the whole of it. */
  total: number | null;
  /** How many bytes come in a second. */
  rate: number | null;
  /** Bytes that were sent to it in all. */
  bytes: number | null;
  /** From its beginning to its end, in seconds; null while it has none. */
  seconds: number | null;
  /** The mean of the erase counters of its flash, when they were read last. */
  meanWear: number | null;
  /** The highest of them. */
  highestWear: number | null;
  /** What a person has to do; empty for nothing. */
  todo: string;
}

/** A station, as somebody sees it who looks at a rollout. */
export interface SeenStation {
  /** Its name. */
  name: string;
  /** Whether it runs; `never` is one of which nothing was heard. */
  state: 'runs' | 'silent' | 'never';
  /** How many devices are its. */
  devices: number;
  /** How many of these it works on, or is about to. */
  open: number;
}

/** Everything that is seen of a fleet and of one rollout. What stands in it changes only where something has happened. */
export interface Overview {
  /** Every rollout, the latest first. */
  rollouts: { id: number; name: string; state: RolloutState }[];
  /** The one that is looked at; absent where there is none. */
  rollout?: RolloutView;
  /** Every station that has run or has devices. */
  stations: SeenStation[];
  /** What a person has to do besides what stands at the devices: sentences. */
  todo: string[];
  /** Every device of the fleet, by name. */
  devices: SeenDevice[];
}

type Row = Omit<SeenDevice, 'todo'> & { quarantine: string | null };

/** Numbers of more than 32 bits come as text. */
const number = (column: string) => `${column}::float8`;

const query = `
  select d.name, d.host, d.station, d.build, d.quarantine_code as quarantine, g.name as "group", m.n, m.state,
    coalesce(m.resting, false) as resting, coalesce(m.code, d.quarantine_code) as code,
    coalesce(m.message, d.quarantine_reason) as message, p.phase, ${number('p.done')} as done,
    ${number('p.total')} as total, round(p.rate) as rate, ${number('m.bytes')} as bytes,
    round(extract(epoch from m.ended_at - m.started_at)::numeric, 1)::float8 as seconds,
    w.mean as "meanWear", w.highest as "highestWear"
  from device d
    left join member m on m.device = d.name and m.rollout = $1
    left join rollout_group g on g.rollout = m.rollout and g.n = m.n
    left join progress p on p.rollout = m.rollout and p.device = m.device
      and m.state in ('preparing', 'writing', 'confirming')
    left join lateral (select mean, highest from wear where device = d.name order by at desc, highest desc limit 1) w on true
  order by d.name collate "C"`;

/**
 * Tells everything that somebody wants to see who looks at a rollout.
 * @param id of the rollout; without it, the latest
 * @throws FleetError NOT_FOUND; what the database says
 */
export async function overview(store: Store, id?: number): Promise<Overview> {
  const all = await store.rows<Overview['rollouts'][number]>(
    'select id, name, state from rollout order by id desc limit 100',
  );
  const shown = id ?? all[0]?.id;
  const [rollout] = shown === undefined ? [] : await rollouts(store, shown);
  const found = await stations(store);
  const rows = await store.rows<Row>(query, [shown ?? null]);
  return {
    rollouts: all,
    ...(rollout ? { rollout } : {}),
    stations: found.map(({ silentSeconds, ...about }) => ({
      ...about,
      state: silentSeconds === null ? 'never' : silentSeconds < mostSilence ? 'runs' : 'silent',
    })),
    todo: [
      ...(rollout ? [rolloutToDo(rollout.id, rollout.state, rollout.why)] : []),
      ...found.map((one) => stationToDo(one.name, one.open, one.silentSeconds ?? undefined)),
    ].filter((text) => text !== ''),
    devices: rows.map(({ quarantine, ...row }) => ({
      ...row,
      todo: deviceToDo({ name: row.name, state: row.state, quarantine }, shown),
    })),
  };
}
