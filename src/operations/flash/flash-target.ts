import type { Lease } from '../../device/flasher.js';
import { targetFlasher } from '../../device/target-flasher.js';
import type { Consent, Context, Job, TargetFacts, Verified } from '../../flash/kind.js';
import { planFlash, planJob } from '../../flash/plan.js';
import type { FlashPlan } from '../../flash/steps.js';
import { inPhase, type Run } from '../../progress.js';
import { groupBy } from '../../shared/group-by.js';
import type { Transport } from '../../ssh/transport.js';
import { refuse } from './targets.js';

/** What was done to one target. */
export interface FlashedTarget extends Verified {
  /** Its name in the profile. */
  target: string;
  /** Its device node. */
  node: string;
  /** Bytes of the image, decompressed. */
  imageBytes: number;
  /** Bytes of the chunks that went over the link and were acknowledged. */
  sentBytes: number;
  /** Bytes that these chunks took on the link, where they went compressed if that was faster. */
  wireBytes: number;
  /** Seconds of writing, over all connections. */
  writeSeconds: number;
  /** Seconds of reading back, over all connections. */
  verifySeconds: number;
  /** Whether it carried on a write that a cut had left waiting. */
  resumed: boolean;
  /** SHA-256 of the image, in hex. */
  sha256: string;
  /** The volumes of a layout that got back what they held; absent where none did. */
  keptVolumes?: string[];
}

/** One connection to a device in maintenance, and who is told of progress. */
export interface Connected extends Run {
  /** The connection. */
  transport: Transport;
}

/** Does work with the flasher of a job's target; what reads chunks for it ends with it. */
async function withFlasher<T>(
  { transport, ...run }: Connected,
  { args }: Job,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const flasher = targetFlasher(transport, args, run.signal);
  try {
    return await work({ ...run, flasher });
  } finally {
    await flasher.close();
  }
}

/**
 * Refuses a target for what only reading the flash can tell; what the facts tell was checked before.
 * @throws LevitateError COUNTERS_AT_RISK, and what else its kind refuses; CONNECTION_LOST (the same call again carries
 * on)
 */
export async function inspectTarget(
  connected: Connected,
  job: Job,
  consent: Consent,
): Promise<void> {
  const facts = await inspectJob(connected, job);
  if (facts) refuse(job.target, job.kind.check(job.image, facts, consent));
}

/**
 * Reads of the flash what only reading it can tell of a target.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on)
 */
export const inspectJob = (connected: Connected, job: Job): Promise<TargetFacts | undefined> =>
  withFlasher(connected, job, async (context) => job.kind.inspect?.(context, job));

/**
 * Compares one target with its image and plans what to write; nothing is written.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on)
 */
export const planTarget = (connected: Connected, job: Job): Promise<FlashPlan> =>
  withFlasher(connected, job, (context) => planJob(context, job, true));

/**
 * Plans, writes, reads back and compares one target. After a cut the same call again carries on.
 * @throws LevitateError CONNECTION_LOST, LEASE_LOST, FLASHER_FAILED, WRITE_FAILED, VERIFY_FAILED
 */
export const flashTarget = (
  connected: Connected,
  job: Job,
  lease: Lease,
): Promise<{ plan: FlashPlan; flashed: FlashedTarget }> =>
  withFlasher(connected, job, (context) => flashWith(context, job, lease));

/**
 * Lets the kinds put what was written beside targets in their places, all at once. After a cut the same call again carries on.
 * @returns what was found for each job, where anything was
 * @throws LevitateError CONNECTION_LOST, LEASE_LOST, TARGET_IN_USE, WRITE_FAILED
 */
export async function commitTargets(
  connected: Connected,
  jobs: readonly Job[],
  lease: Lease,
): Promise<Map<Job, Verified>> {
  const found = new Map<Job, Verified>();
  // Of a root and a kernel on one device never one alone is new, of whatever kinds they are.
  const place = ({ kind, facts }: Job) =>
    `${kind.commit ? '' : kind.name} ${facts.within ?? facts.node}`;
  for (const group of groupBy(jobs, place)) {
    const [first] = group;
    const commit = first?.kind.commit;
    if (!first || !commit) continue;
    const committed = await withFlasher(connected, first, (context) =>
      commit(context, group, lease.token),
    );
    for (const [job, verified] of committed) found.set(job, verified);
  }
  return found;
}

async function flashWith(
  context: Context,
  job: Job,
  lease: Lease,
): Promise<{ plan: FlashPlan; flashed: FlashedTarget }> {
  const { state, target, facts, image, kind } = job;
  state.plan ??= await planJob(context, job, false);
  if ((state.write !== 'finished' || state.onMedium.remains.length > 0) && !state.verified)
    await timed(
      () => inPhase(context, 'write', () => kind.write(context, job, lease.token), target),
      (seconds) => (state.writeSeconds += seconds),
    );
  const plan = asItCame(job, state.plan);
  const verified = await timed(
    () => inPhase(context, 'verify', () => kind.verify(context, job, lease.token), target),
    (seconds) => (state.verifySeconds += seconds),
  );
  const flashed = {
    target,
    node: facts.node,
    imageBytes: image.length,
    sentBytes: Math.min(state.sentBytes, plan.sendBytes),
    wireBytes: state.wire.bytes,
    resumed: state.resumed,
    writeSeconds: rounded(state.writeSeconds),
    verifySeconds: rounded(state.verifySeconds),
    sha256: image.sha256,
    ...verified,
  };
  return { plan, flashed };
}

/** The plan with what was compared ahead of the write. */
function asItCame(job: Job, plan: FlashPlan): FlashPlan {
  const { found, behind, way } = job.state;
  if (found.size === 0) return plan;
  const chunks = job.image.chunks.map((_, index) => found.get(index) ?? '');
  return planFlash(job, { ...behind, chunks }, way);
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
