import { FleetError } from '../errors.js';
import type { MemberState } from '../rollout/states.js';
import type { Store } from '../store/store.js';

/** What became of a device in a rollout. */
export interface Reported {
  /** The name of the device. */
  name: string;
  /** Its MAC address; empty where the inventory has none. */
  mac: string;
  /** `OK` where it runs the new system, `FAILED` where it does not and is not to be tried again by itself; otherwise its state. */
  result: 'OK' | 'FAILED' | MemberState;
  /** Bytes that were sent to it. */
  bytes: number;
  /** SHA-256 of what was written; empty where nothing was read back whole. */
  sha256: string;
  /** From its beginning to its end. */
  seconds: number;
  /** The code of its failure; empty without one. */
  code: string;
  /** What has happened, for people. */
  message: string;
}

interface Row {
  name: string;
  mac: string | null;
  state: MemberState;
  bytes: string | null;
  sha256: string | null;
  seconds: number | null;
  code: string | null;
  message: string | null;
}

/**
 * Tells what became of each device of a rollout, in the order in which they began.
 * @param id of the rollout; without it, the latest
 * @throws FleetError NOT_FOUND
 */
export async function report(store: Store, id?: number): Promise<Reported[]> {
  const rows = await store.rows<Row>(
    `select d.name, d.mac, m.state, m.bytes, m.sha256, m.code, m.message,
       extract(epoch from m.ended_at - m.started_at)::float8 as seconds
     from member m join device d on d.name = m.device
     where m.rollout = coalesce($1, (select max(id) from rollout)) order by m.n, m.place`,
    [id ?? null],
  );
  if (rows.length === 0)
    throw new FleetError(
      'NOT_FOUND',
      id === undefined ? 'there is no rollout' : `there is no rollout ${id}`,
    );
  return rows.map(({ state, ...row }) => ({
    name: row.name,
    mac: row.mac ?? '',
    result: state === 'done' ? 'OK' : isFailure(state) ? 'FAILED' : state,
    bytes: Number(row.bytes ?? 0),
    sha256: row.sha256 ?? '',
    seconds: Math.round((row.seconds ?? 0) * 10) / 10,
    code: row.code ?? '',
    message: row.message ?? '',
  }));
}

const isFailure = (state: MemberState): boolean =>
  state === 'failed' || state === 'refused' || state === 'offline';

/** The columns of a report as a table. */
const columns = ['name', 'mac', 'result', 'bytes', 'sha256', 'seconds', 'code'] as const;

/** A report as CSV (RFC 4180); no cell of it needs quotes. Pure. */
export const reportCsv = (rows: readonly Reported[]): string =>
  [columns.join(','), ...rows.map((row) => columns.map((column) => row[column]).join(','))]
    .map((line) => `${line}\n`)
    .join('');
