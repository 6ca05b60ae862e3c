import type { ImageIndex } from '../image/image.js';
import type { SharedTarget, TargetFacts, TargetKind } from './kind.js';
import type { Step } from './steps.js';
import { asLargeAsImage, lebsOf, volumeWay } from './volume-way.js';
import { isWaiting, swapAll } from './write-beside.js';

type Commit = NonNullable<TargetKind['commit']>;

/** Tells how much is left for the volume that gets the rest when all of these targets are written. Pure. */
export function giveRest(targets: readonly SharedTarget[]): TargetFacts[] {
  const left = new Map<string, number>();
  for (const { image, facts } of targets) {
    const { own, needed } = lebsOf(image, facts);
    const ubi = facts.within ?? '';
    left.set(ubi, (left.get(ubi) ?? facts.free_lebs ?? 0) + own - needed);
  }
  return targets.map(({ facts }) => {
    const left_lebs = left.get(facts.within ?? '');
    return left_lebs === undefined ? facts : { ...facts, left_lebs };
  });
}

/** Whether a target's new content needs the room of the volume that gets the rest. */
function needsRoomOfRest(image: ImageIndex, facts: TargetFacts): boolean {
  const { rest_lebs: has = 0, free_lebs: free = 0 } = facts;
  return has > 0 && volumeWay(image, facts, asLargeAsImage).takes > free - has;
}

/** Adds to the steps of writing a volume what becomes of the one that gets the rest. Pure. */
export function withRest(steps: Step[], image: ImageIndex, facts: TargetFacts): Step[] {
  const { node, rest = '', rest_lebs: has = 0 } = facts;
  const writes = steps.some((step) => step.do === 'write');
  const touches = node.replace(/_\d+$/, '');
  const change = { volume: rest, bytes: 0, touches, undoable: false };
  const early = writes && needsRoomOfRest(image, facts);
  // A UBIFS as the root grows into the rest itself.
  const made = writes || (has === 0 && image.format !== 'ubifs');
  return [
    ...(early ? [{ do: 'remove-volume' as const, ...change }] : []),
    ...(early ? steps.map((step) => ({ ...step, undoable: false })) : steps),
    ...(made ? [{ do: 'make-volume' as const, ...change }] : []),
  ];
}

/**
 * Puts volumes of one UBI in their places, of whatever kinds they are, all at once; and the device gives what they leave to the volume for
 * it, where anything was written of those that have one, or it is missing.
 */
export const commitVolumes: Commit = (context, jobs, lease) => {
  const ofOpenwrt = jobs.filter(({ facts: { rest = '' } }) => rest !== '');
  const written = ofOpenwrt.some(({ state }) => state.write !== 'none');
  const isRoot = ofOpenwrt.some(({ image }) => image.format === 'ubifs');
  const missing = !isRoot && ofOpenwrt.some(({ facts }) => facts.rest_lebs === 0);
  const gives = written || missing;
  const taking = jobs.filter((job) => isWaiting(job) || (gives && ofOpenwrt.includes(job)));
  return swapAll(context, taking, lease, gives);
};
