import { targetOf } from '../flash/target.js';
import type { Profile } from '../profile/profile.js';
import { targetKey } from '../protocol/target-key.js';

/** Gives the name in the profile of each target by the key that the flasher knows it by. Pure. */
export const namesByKey = ({ targets }: Pick<Profile, 'targets'>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(targets).map(([name, spec]) => [targetKey(targetOf(spec).args), name]),
  );
