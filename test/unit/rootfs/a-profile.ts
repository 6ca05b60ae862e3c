import { normalise, type ProfileFiles } from '../../../src/profile/normalise.js';
import type { Profile } from '../../../src/profile/profile.js';
import type { RawProfile } from '../../../src/profile/schema.js';

/** A profile with every default, and what a test is about on top. */
export const aProfile = (
  raw: Partial<RawProfile> = {},
  found: Partial<ProfileFiles> = {},
): Profile =>
  normalise(
    { name: 'test', arch: 'x86_64', ...raw },
    { authorizedKeys: [], files: {}, sysroots: {}, ...found },
  );
