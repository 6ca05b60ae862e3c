import type { Lease } from '../../device/flasher.js';
import {
  lostCounters,
  parseCounter,
  summarise,
  type CounterSummary,
} from '../../flash/counters.js';
import type { FlashPlan } from '../../flash/plan.js';
import { readHeaders } from '../../flash/read.js';
import { planJob, verifyJob, writeJob, type Context, type Job } from '../../flash/write.js';
import { inPhase, warn } from '../../progress.js';

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
 * Plans, writes, reads back and compares one target. After a cut the same call again carries on.
 * @throws LevitateError CONNECTION_LOST, WRITE_FAILED, VERIFY_FAILED
 */
export async function flashTarget(
  context: Context,
  job: Job,
  lease: Lease,
): Promise<{ plan: FlashPlan; flashed: FlashedTarget }> {
  const { course, target, facts, image } = job;
  const plan = (course.plan ??= await planJob(context, job));
  if ((course.write !== 'finished' || course.behind.remains.length > 0) && !course.verified)
    await timed(
      () => inPhase(context, 'write', () => writeJob(context, job, lease), target),
      (seconds) => (course.writeSeconds += seconds),
    );
  if (!course.verified)
    await timed(
      () => inPhase(context, 'verify', () => verifyJob(context, job, lease), target),
      (seconds) => (course.verifySeconds += seconds),
    );
  const counters = job.kind.counters ? await compareCounters(context, job) : undefined;
  const flashed = {
    target,
    node: facts.node,
    imageBytes: image.length,
    sentBytes: Math.min(course.sentBytes, plan.sendBytes),
    resumed: course.resumed,
    writeSeconds: rounded(course.writeSeconds),
    verifySeconds: rounded(course.verifySeconds),
    sha256: image.sha256,
    ...(counters ? { counters } : {}),
  };
  return { plan, flashed };
}

async function compareCounters(context: Context, job: Job): Promise<FlashedTarget['counters']> {
  await readHeaders(context, job, job.course.after);
  const before = job.course.before.map(parseCounter);
  const after = job.course.after.map(parseCounter);
  const lost = lostCounters(before, after).length;
  if (lost > 0) {
    warn(context, `${job.target}: ${lost} erase counters were lost or went back.`);
  }
  return { before: summarise(before), after: summarise(after), lost };
}

/** Adds up the seconds of work that a cut may end at any time. */
async function timed<T>(work: () => Promise<T>, add: (seconds: number) => void): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    add((performance.now() - started) / 1000);
  }
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;
