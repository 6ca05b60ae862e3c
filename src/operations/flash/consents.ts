import { LevitateError } from '../../errors.js';
import { counterOutcome, parseCounter } from '../../flash/counters.js';
import { readHeaders } from '../../flash/read.js';
import type { TargetFacts } from '../../flash/target.js';
import type { Context, Job } from '../../flash/write.js';
import type { ImageIndex } from '../../image/image.js';

/** What a person has to say aloud before it is done. */
export interface Consent {
  /** Erase counters that can't be read may be averaged or zeroed. */
  acceptCounterLoss?: boolean;
  /** UBI volumes that the image does not hold may go. */
  dropVolumes?: boolean;
}

/**
 * Looks at what a write would destroy besides the target itself, and refuses what nobody consented to.
 * The erase counter headers of each target that has some are then in its course.
 * @throws LevitateError VOLUMES_AT_RISK, COUNTERS_AT_RISK; CONNECTION_LOST (the same call again carries on)
 */
export async function checkConsents(
  context: Context,
  jobs: Job[],
  consent: Consent,
): Promise<void> {
  for (const job of jobs) {
    refuseLostVolumes(job.target, job.image, job.facts, consent);
    if (!job.kind.counters) continue;
    await readHeaders(context, job, job.course.before);
    const before = job.course.before.map(parseCounter);
    const fate =
      job.kind.readBack === 'body' ? counterOutcome(before, job.facts.bad_blocks ?? 0) : 'kept';
    if (fate !== 'kept' && !consent.acceptCounterLoss) {
      throw new LevitateError(
        'COUNTERS_AT_RISK',
        `${job.target}: so few erase counters of ${job.facts.name} can be read that they would be ${fate}`,
        { hint: 'If that is right for this flash, consent with --accept-counter-loss.' },
      );
    }
  }
}

/**
 * Refuses a layout without volumes that are there, unless a person has said that they may go.
 * @throws LevitateError VOLUMES_AT_RISK
 */
export function refuseLostVolumes(
  target: string,
  image: ImageIndex,
  { volumes = [] }: TargetFacts,
  { dropVolumes }: Consent,
): void {
  const doomed = volumes.filter((name) => !image.ubi?.volumes.includes(name));
  if (doomed.length === 0 || dropVolumes) return;
  throw new LevitateError(
    'VOLUMES_AT_RISK',
    `${target}: the image does not hold ${doomed.join(', ')}, which would be gone`,
    {
      hint: 'Make an image that holds them, or consent with --drop-volumes.',
      data: { volumes: doomed },
    },
  );
}
