import { inPhase, warn } from '../progress.js';
import type { Context, Job } from './kind.js';
import type { Behind, FlashPlan, OnMedium, Way } from './steps.js';

/**
 * Plans a job, after comparing the medium with the image, and warns of what becomes of the data behind the image's end.
 * @param whole whether to compare all that is to be compared; else what was not compared counts as differing
 * @throws LevitateError CONNECTION_LOST (the same call again carries on)
 */
export async function planJob(context: Context, job: Job, whole: boolean): Promise<FlashPlan> {
  const { state, kind, target } = job;
  if (!state.compared) {
    await inPhase(context, 'compare', () => kind.compare(context, job, whole), target);
    state.compared = true;
    for (const message of behindTheEnd(target, state.onMedium)) warn(context, message);
  }
  return planFlash(job, state.onMedium, state.way);
}

/** Turns an image and what is on the medium into a plan. Pure. */
export function planFlash(
  { target, kind, facts, image }: Pick<Job, 'target' | 'kind' | 'facts' | 'image'>,
  onMedium: OnMedium,
  way: Way,
): FlashPlan {
  const steps = kind.plan(image, onMedium, facts.node, facts);
  return {
    target,
    node: facts.node,
    image: image.path,
    protectedBy: image.protectedBy,
    length: image.length,
    ...way,
    sendBytes: steps.reduce((sum, step) => sum + (step.do === 'write' ? step.bytes : 0), 0),
    kept: (facts.spared ?? []).map(({ offset, length }) => ({ offset, length })),
    steps,
    lost: onMedium.lost,
  };
}

/** Gives a sentence for people for each thing behind the end of an image for a target. Pure. */
export function behindTheEnd(target: string, { remains, lost }: Behind): string[] {
  return [
    ...lost.map(
      ({ node, label, offset, bytes }) =>
        `${target}: ${node}${label ? ` (${label})` : ''} of ${bytes} bytes at ${offset} goes with the table that the image replaces: it ends behind the image.`,
    ),
    ...remains.map(
      ({ what, offset, bytes }) =>
        `${target}: what was there before leaves a ${what} behind the image, ${bytes} bytes at ${offset}, which would be taken for the new system's: it is cleared.`,
    ),
  ];
}
