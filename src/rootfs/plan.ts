import type { Profile } from '../profile/profile.js';
import { rootPath } from '../shared/root-path.js';
import type { PackageFile, PackageFiles } from '../shared/package-files.js';
import type { ProgramRequest } from '../sources/source.js';
import { file, type Entry } from './entry.js';
import { programsOf } from './programs.js';
import { serviceEntries } from './services.js';
import { profileJson, settings } from './settings.js';
import { skeleton } from './skeleton.js';

/** Where the helper is in the root. */
export const helperPath = '/usr/lib/levitate/helper';

/** A maintenance root as data. Where several entries have one path, the last one counts. */
export interface RootPlan {
  profile: Profile;
  entries: Entry[];
  /** Programs that a source must supply, with their libraries. */
  programs: ProgramRequest[];
}

/** Says what the maintenance root of a profile consists of. Pure. */
export function planRoot(profile: Profile, own: PackageFiles): RootPlan {
  const entries = [
    ...skeleton(),
    ...deviceFiles(own.files),
    ...(own.helper
      ? [file(helperPath, { bytes: own.helper.bytes }, { mode: 0o755, reason: 'base' })]
      : []),
    ...serviceEntries(profile),
    ...configuration(profile, own.version),
    ...profileFiles(profile),
  ];
  return { profile, entries, programs: programsOf(profile) };
}

/**
 * The folders of `initramfs/` that are in the root → where they are in it. The host sends the others to a running
 * system.
 */
const folders = { 'root/': '/', 'takeover/': '/usr/lib/levitate/takeover/' };

function deviceFiles(files: PackageFile[]): Entry[] {
  return Object.entries(folders).flatMap(([folder, place]) =>
    files
      .filter(({ path }) => path.startsWith(folder))
      .map(({ path, bytes }) => {
        const script = bytes[0] === 0x23 && bytes[1] === 0x21; // #!
        const reason = path.includes('/services/') ? 'services' : 'base';
        return file(
          place + path.slice(folder.length),
          { bytes },
          { mode: script ? 0o755 : 0o644, reason },
        );
      }),
  );
}

function configuration(profile: Profile, version: string): Entry[] {
  const keys = profile.services.sshd.authorizedKeys;
  const about = { origin: 'profile', reason: 'settings' };
  return [
    file('/etc/levitate/levitate.conf', settings(profile, version), about),
    file('/etc/levitate/profile.json', profileJson(profile), about),
    file('/root/.ssh/authorized_keys', keys.map((key) => `${key}\n`).join(''), {
      ...about,
      mode: 0o600,
      reason: 'service sshd',
    }),
  ];
}

/**
 * Makes the entries for `root.files`. Their mode is set when the files are read, by whether the owner may execute them.
 */
function profileFiles({ root }: Profile): Entry[] {
  return Object.entries(root.files).map(([path, hostFile]) =>
    file(rootPath(path), { hostFile }, { origin: `profile ${path}`, reason: 'root.files' }),
  );
}
