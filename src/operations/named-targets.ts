import { isCode } from '../errors.js';
import { targetOf } from '../flash/target.js';
import type { Profile } from '../profile/profile.js';
import { targetKey } from '../protocol/target-key.js';

/**
 * Gives the name in the profile of each target by the key that the flasher knows it by; none without a profile: the keys do
 * as well. Pure.
 */
export const namesByKey = (profile: Pick<Profile, 'targets'> | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(profile?.targets ?? {}).map(([name, spec]) => [
      targetKey(targetOf(spec).args),
      name,
    ]),
  );

/** Gives the profile that a device in maintenance tells; nothing where that cannot be read. */
export const ifReadable = (profile: Promise<Profile>): Promise<Profile | undefined> =>
  profile.catch((error: unknown) => {
    if (!isCode(error, 'FLASHER_FAILED')) throw error;
    return undefined;
  });
