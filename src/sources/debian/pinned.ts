import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LevitateError } from '../../errors.js';
import { downloadFiles, hostSources, type AptHome } from './apt.js';
import type { PackageRecord } from './control.js';
import { lockDiffers, renew, type Lock, type Pins } from './lock.js';
import type { Records } from './records.js';
import type { Fetch } from './tree.js';
import { sha256 } from '../../shared/sha256.js';

/** Gives the records of a lock; no package list is read or fetched. */
export function pinnedRecords(lock: Lock, path: string): Records {
  const records = new Map(lock.packages.map((record) => [record.name, record]));
  return {
    find: (names) =>
      Promise.resolve(
        new Map(
          names.flatMap((name) => {
            const record = records.get(name);
            return record ? [[name, record]] : [];
          }),
        ),
      ),
    refresh: () => Promise.resolve(),
    missing: (name, reason) =>
      Promise.resolve(lockDiffers(path, `it has no package ${name}, needed for ${reason}`)),
  };
}

/** Fetches pinned packages by their paths from any mirror of the host that still has these very bytes. */
export function fetchPinned(home: AptHome, { path, offline }: Pins): Fetch {
  return async (records, work) => {
    if (offline) throw unavailable(path, records, 'not in the cache, and --locked fetches nothing');
    const { directory, architecture } = home;
    const mirrors = new Set((await hostSources({ directory, architecture })).map(({ uri }) => uri));
    let missing = records;
    for (const mirror of mirrors) {
      const files = missing.map((record) => ({
        uri: `${mirror}${record.file}`,
        sha256: record.sha256,
        size: record.size,
        into: join(work, debName(record)),
      }));
      // The files that arrived are looked at, not apt's status: one package that a mirror lacks makes apt fail for all
      // of them.
      await downloadFiles(home, files);
      const came = await Promise.all(files.map(isWhole));
      missing = missing.filter((_, index) => !came[index]);
      if (missing.length === 0) return;
    }
    throw unavailable(path, missing, 'neither in the cache nor, with these bytes, on a mirror');
  };
}

async function isWhole(file: { into: string; sha256: string }): Promise<boolean> {
  const bytes = await readFile(file.into).catch(() => undefined);
  if (bytes && sha256(bytes) === file.sha256) return true;
  await rm(file.into, { force: true });
  return false;
}

const debName = ({ name, sha256 }: PackageRecord): string => `${name}_${sha256}.deb`;

function unavailable(path: string, records: PackageRecord[], why: string): LevitateError {
  const names = records.map(({ name, version }) => `${name} ${version}`).join(', ');
  return new LevitateError('LOCK_UNAVAILABLE', `packages of ${path} are ${why}: ${names}`, {
    hint: `Build once without --locked where the packages can be fetched, or copy the cache folder. ${renew}`,
    data: { packages: records.map(({ name }) => name) },
  });
}
