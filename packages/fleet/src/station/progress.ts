import type { Claim } from '../engine/engine.js';
import type { Store } from '../store/store.js';
import type { Step } from './driver.js';

/** How often it is written how far devices are, in milliseconds. */
const period = 1000;

/** How far a device is, and was when that was written last. */
interface Kept extends Step {
  rollout: number;
  device: string;
  /** The bytes that were written last, and when, in milliseconds. */
  last?: { done: number; at: number };
}

/** How far the devices are that a station works on: kept in memory, and written for all of them at once. */
export class ProgressBoard {
  readonly #kept = new Map<string, Kept>();
  readonly #ended = new Map<string, Pick<Claim, 'rollout' | 'device'>>();
  #written = -period;

  /** Lets a device begin. @returns what is told each of its steps */
  begin({ job, rollout, device }: Claim): (step: Step) => void {
    const kept: Kept = { rollout, device, phase: 'begin' };
    this.#kept.set(job, kept);
    return ({ phase, done, total }) => {
      if (phase !== kept.phase) delete kept.last;
      Object.assign(kept, { phase, done, total });
    };
  }

  /** Forgets a device of which the work has ended. */
  end({ job, rollout, device }: Claim): void {
    this.#kept.delete(job);
    this.#ended.set(job, { rollout, device });
  }

  /** Writes how far they are, once a second and where one has ended. @throws what the database says */
  async write(store: Store): Promise<void> {
    const now = performance.now();
    if (now - this.#written < period && this.#ended.size === 0) return;
    this.#written = now;
    const ended = [...this.#ended];
    if (ended.length > 0) await store.rows(deletion, [JSON.stringify(ended.map(([, one]) => one))]);
    for (const [job] of ended) this.#ended.delete(job);
    const rows = [...this.#kept.values()].map((kept) => row(kept, now));
    if (rows.length > 0) await store.rows(insertion, [JSON.stringify(rows)]);
  }
}

/** A device as its row has it; how fast it goes is what came since the last row of its phase. */
function row(kept: Kept, now: number): object {
  const { rollout, device, phase, done, total, last } = kept;
  const rate =
    last && done !== undefined ? Math.max(0, ((done - last.done) * 1000) / (now - last.at)) : null;
  kept.last = { done: done ?? 0, at: now };
  return { rollout, device, phase, done: done ?? null, total: total ?? null, rate };
}

const deletion = `delete from progress p using jsonb_to_recordset($1::jsonb) as given (rollout int, device text)
  where p.rollout = given.rollout and p.device = given.device`;

/** A device that was deleted meanwhile has none. */
const insertion = `insert into progress (rollout, device, phase, done, total, rate, at)
  select given.*, now() from jsonb_to_recordset($1::jsonb)
    as given (rollout int, device text, phase text, done bigint, total bigint, rate float8)
  join member m on m.rollout = given.rollout and m.device = given.device
  on conflict (rollout, device) do update set phase = excluded.phase, done = excluded.done, total = excluded.total,
    rate = excluded.rate, at = excluded.at`;
