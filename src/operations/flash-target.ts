import type { Lease } from '../device/flasher.js';
import {
  lostCounters,
  summarise,
  type CounterSummary,
  type EraseCounters,
} from '../flash/counters.js';
import type { FlashPlan } from '../flash/plan.js';
import {
  planJob,
  readCounters,
  verifyJob,
  writeJob,
  type Context,
  type Job,
} from '../flash/write.js';
import { inPhase } from '../progress.js';

/** What became of one target. Bytes, and seconds. */
export interface FlashedTarget {
  target: string;
  node: string;
  imageBytes: number;
  sentBytes: number;
  writeSeconds: number;
  verifySeconds: number;
  /** Whether a write that a cut had left behind was carried on. */
  resumed: boolean;
  sha256: string;
  counters?: { before: CounterSummary; after: CounterSummary; lost: number };
}

/**
 * Plans, writes, reads back and compares one target.
 * @param before its erase counters before the first write, if it has some
 * @throws LevitateError CONTACT_LOST, WRITE_FAILED, VERIFY_FAILED
 */
export async function flashTarget(
  context: Context,
  job: Job,
  lease: Lease,
  before: EraseCounters | undefined,
): Promise<{ plan: FlashPlan; flashed: FlashedTarget }> {
  const plan = await planJob(context, job);
  const { seconds: writeSeconds, value: written } = await timed(() =>
    inPhase(context.emit, 'write', () => writeJob(context, job, plan, lease), job.target),
  );
  const { seconds: verifySeconds } = await timed(() =>
    inPhase(context.emit, 'verify', () => verifyJob(context, job, lease), job.target),
  );
  const counters = before && compare(before, await readCounters(context, job));
  if (counters && counters.lost > 0) {
    context.emit({
      type: 'note',
      level: 'warning',
      message: `${job.target}: ${counters.lost} erase counters were lost or went back.`,
    });
  }
  const flashed = {
    target: job.target,
    node: job.facts.node,
    imageBytes: job.image.length,
    ...written,
    writeSeconds,
    verifySeconds,
    sha256: job.image.sha256,
    ...(counters ? { counters } : {}),
  };
  return { plan, flashed };
}

const compare = (before: EraseCounters, after: EraseCounters) => ({
  before: summarise(before),
  after: summarise(after),
  lost: lostCounters(before, after).length,
});

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; value: T }> {
  const started = performance.now();
  const value = await work();
  return { seconds: Math.round(performance.now() - started) / 1000, value };
}
