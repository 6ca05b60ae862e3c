import { LevitateError } from '../../errors.js';
import type { BootSpec, Profile } from '../../profile/profile.js';
import type { ImageIndex } from '../../image/image.js';

/** The names that a person gives images to where levitate chooses the slot. Pure. */
export const slotImageNames = ({ boot }: Pick<Profile, 'boot'>): string[] =>
  Object.keys(Object.values(boot?.slots ?? {})[0]?.targets ?? {});

/**
 * Whether images are for a slot that levitate chooses. Pure.
 * @throws LevitateError USAGE where some are, and others for targets by their own names
 */
export function areForSlot(profile: Pick<Profile, 'boot'>, names: string[]): boolean {
  const known = slotImageNames(profile);
  const forSlot = names.filter((name) => known.includes(name));
  if (forSlot.length === 0) return false;
  if (forSlot.length === names.length) return true;
  throw new LevitateError(
    'USAGE',
    `${forSlot.join(', ')} goes to the slot that does not run, and the other images to targets by their names`,
    { hint: 'Give them to levitate in two commands.' },
  );
}

/** The images with the targets that they go to in one slot. Pure. */
export const imagesOfSlot = (
  { slots }: BootSpec,
  slot: string,
  images: readonly [name: string, ImageIndex][],
): [target: string, ImageIndex][] =>
  images.map(([name, image]) => [slots[slot]!.targets[name]!, image]);
