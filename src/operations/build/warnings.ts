import { promisedByName } from '../../image/compression/compression.js';
import type { Profile } from '../../profile/profile.js';
import { warn, type Run } from '../../progress.js';
import type { BootImageOptions } from './boot-images.js';

/**
 * Warns of a file name that announces another compression: tools that go by the name would fail on such an archive, or
 * compress it once more.
 */
export function warnOfName(output: string, { archive }: Profile, run: Run): void {
  const promised = promisedByName(output);
  if (promised === undefined || promised === archive.compression) return;
  const message = `the name of ${output} promises ${promised}, and the profile asks for ${archive.compression}`;
  warn(run, message);
}

/**
 * Warns where nobody could log in: a root that a boot loader or kexec starts has no running system whose keys it could
 * keep.
 */
export function warnOfKeys(options: BootImageOptions, { services }: Profile, run: Run): void {
  if ((options.uinitrd ?? options.fit ?? options.kernel) === undefined) return;
  if (services.sshd.authorizedKeys.length > 0) return;
  const message =
    'booted by itself this root lets nobody log in: services.sshd.authorized-keys names no file with a key';
  warn(run, message);
}

/** A checkout has the helper of those architectures alone for which it was compiled since its sources changed. */
export const withoutHelper = (arch: string): string =>
  `levitate's helper for ${arch} is not here, or of other sources: the device will write and read back with its shell, some three times as slowly. In a checkout, npm run helper -- ${arch} compiles it.`;
