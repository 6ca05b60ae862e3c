import { reasonOf } from '../errors.js';
import type { Profile } from '../profile/profile.js';
import { storedProfile } from '../profile/stored.js';
import { protocolIn } from '../protocol/compatible.js';
import { isNumber } from './fact-lines.js';
import { parseModuleList, type CarriedModule } from './module-list.js';

/** What `levitate install` left on the device. */
export interface Installed {
  /** SHA-256 of the archive, in hex. */
  sha256: string;
  /** Bytes of RAM that it takes when it is unpacked. */
  size: number;
  /** Kernel modules that it carries. */
  modules: CarriedModule[];
  /** The profile that it was built from; undefined where it cannot be used. */
  profile: Profile | undefined;
  /** The number of the protocol that it speaks; undefined where nothing tells it. */
  protocol: number | undefined;
  /** Why it cannot be used as it is; then it has no profile. */
  damage: string | undefined;
}

/** Reads what the facts tell of an installation: its digest, its bytes of RAM, its profile as JSON, and a line for each module. */
export function readInstalled(
  sha256: string,
  size: string,
  profile: string,
  modules: string[],
): Installed | undefined {
  if (sha256 === '') return undefined;
  const kept = {
    sha256,
    size: isNumber(size) ? Number(size) : 0,
    modules: parseModuleList(modules),
  };
  let protocol: number | undefined;
  const damaged = (damage: string) => ({ ...kept, profile: undefined, protocol, damage });
  if (!/^[0-9a-f]{64}$/.test(sha256)) return damaged('its digest is none');
  if (!isNumber(size)) return damaged('its size is not told');
  try {
    const stored: unknown = JSON.parse(profile);
    protocol = protocolIn(stored);
    return { ...kept, profile: storedProfile(stored), protocol, damage: undefined };
  } catch (error) {
    return damaged(`its profile is damaged: ${reasonOf(error)}`);
  }
}
