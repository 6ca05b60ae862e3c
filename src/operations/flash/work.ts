import type { Lease } from '../../device/flasher.js';
import type { Job } from '../../flash/kind.js';
import type { FlashPlan } from '../../flash/steps.js';
import type { Run } from '../../progress.js';
import { planTarget, type Connected } from './flash-target.js';
import { acquireLease, retryOnDisconnect, type Link } from './retry-on-disconnect.js';

/** How the jobs of one flash are worked on: a cut may end each piece of work, which the next connection carries on. */
export interface Work {
  /** Does work that only reads. */
  reading<T>(work: (connected: Connected) => Promise<T>): Promise<T>;
  /** Does work that needs the lease; a new connection takes a new one. */
  writing<T>(work: (lease: Lease, connected: Connected) => Promise<T>): Promise<T>;
}

/**
 * Gives the way to work on these jobs over a connection that can be made anew.
 * @param owner who is writing, for whoever is refused meanwhile; without it, the user and this machine
 */
export function workOn(link: Link, jobs: Pick<Job, 'state'>[], run: Run, owner?: string): Work {
  const connected = (): Connected => ({ transport: link.transport, ...run });
  const carryOn = <T>(work: () => Promise<T>) => retryOnDisconnect(link, jobs, run, work);
  return {
    reading: (work) => carryOn(() => work(connected())),
    writing: (work) =>
      carryOn(async () => {
        const lease = (link.lease ??= await acquireLease(link, owner));
        return work(lease, connected());
      }),
  };
}

/** A job, and what is to be done. */
export interface PlannedJob {
  /** The job. */
  job: Job;
  /** What is to be written where. */
  plan: FlashPlan;
}

/** Compares each target with its image, and plans what to write. */
export async function planAll(jobs: Job[], { reading }: Work): Promise<PlannedJob[]> {
  const planned: PlannedJob[] = [];
  for (const job of jobs) {
    job.state.plan ??= await reading((connected) => planTarget(connected, job));
    planned.push({ job, plan: job.state.plan });
  }
  return planned;
}
