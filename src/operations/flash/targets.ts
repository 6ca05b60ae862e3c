import { LevitateError } from '../../errors.js';
import { overlapOf, type PlacedTarget } from '../../flash/overlap.js';
import { targetOf, type TargetFacts, type TargetKind } from '../../flash/target.js';
import type { ImageIndex } from '../../image/image.js';
import type { Profile } from '../../profile/profile.js';

/**
 * The kind of a profile's target.
 * @throws LevitateError TARGET_UNKNOWN naming those that there are
 */
export function targetIn(profile: Profile, target: string): ReturnType<typeof targetOf> {
  const spec = Object.hasOwn(profile.targets, target) ? profile.targets[target] : undefined;
  if (spec) return targetOf(spec);
  throw new LevitateError('TARGET_UNKNOWN', `the profile ${profile.name} has no target ${target}`, {
    hint: `Its targets: ${Object.keys(profile.targets).join(', ') || 'none'}.`,
  });
}

/**
 * Refuses an image that a target can't take.
 * @throws LevitateError IMAGE_FORMAT, IMAGE_TOO_LARGE, TARGET_MISSING
 */
export function refuseMisfit(
  target: string,
  kind: TargetKind,
  image: ImageIndex,
  facts: TargetFacts,
): void {
  const refusal = kind.refusal(image, facts);
  if (!refusal) return;
  const { code, message, hint } = refusal;
  throw new LevitateError(code, `${target}: ${message}`, hint === undefined ? {} : { hint });
}

/**
 * Refuses two targets of one call of which the second would overwrite the first.
 * @throws LevitateError TARGET_AMBIGUOUS
 */
export function refuseOverlap(placed: PlacedTarget[]): void {
  const shared = overlapOf(placed);
  if (!shared) return;
  throw new LevitateError(
    'TARGET_AMBIGUOUS',
    `${shared.join(' and ')} share flash: writing one would destroy the other`,
    { hint: 'Flash one of them; an image of the whole holds its parts.' },
  );
}
