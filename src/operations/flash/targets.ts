import { LevitateError } from '../../errors.js';
import { overlapOf, type PlacedTarget } from '../../flash/overlap.js';
import type { Refusal, SharedTarget, TargetKind } from '../../flash/kind.js';
import { shareRoom } from '../../flash/share-room.js';
import { targetNames } from './members.js';
import { targetOf } from '../../flash/target.js';
import type { Profile } from '../../profile/profile.js';

/**
 * Gives the kind of a target of the profile, and the flasher's arguments for it.
 * @throws LevitateError TARGET_UNKNOWN naming the targets that there are
 */
export function targetIn(profile: Profile, target: string): ReturnType<typeof targetOf> {
  const spec = Object.hasOwn(profile.targets, target) ? profile.targets[target] : undefined;
  if (spec) return targetOf(spec);
  throw new LevitateError('TARGET_UNKNOWN', `the profile ${profile.name} has no target ${target}`, {
    hint: `Its targets: ${targetNames(profile).join(', ') || 'none'}.`,
  });
}

/**
 * Refuses a name that the profile gives to no target, be it one or several.
 * @throws LevitateError TARGET_UNKNOWN naming the targets that there are
 */
export function refuseUnknown(profile: Profile, target: string): void {
  if (!Object.hasOwn(profile.groups ?? {}, target)) targetIn(profile, target);
}

/**
 * Throws the refusal of an image for a target, where there is one.
 * @throws LevitateError with the code, the message, the hint and the data of the refusal
 */
export function refuse(target: string, refusal: Refusal | undefined): void {
  if (!refusal) return;
  const { code, message, ...details } = refusal;
  throw new LevitateError(code, `${target}: ${message}`, details);
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

/** Gives each of several targets its facts as they are when all of them are written in one call. */
export function shareFacts(targets: readonly (SharedTarget & { kind: TargetKind })[]): void {
  for (const [index, facts] of shareRoom(targets).entries()) targets[index]!.facts = facts;
}
