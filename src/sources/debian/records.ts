import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LevitateError } from '../../errors.js';
import { nearest } from '../../shared/nearest.js';
import { writeWhole } from '../../shared/atomic-file.js';
import { packageNames, showPackages, updateLists, type AptHome } from './apt.js';
import { parsePackages, type PackageRecord } from './control.js';

/**
 * The package records of one apt folder, which are kept as files, so that a build that finds them there starts no apt.
 */
export interface Records {
  /** Records by name; names that no source has are left out. */
  find(names: string[]): Promise<Map<string, PackageRecord>>;
  /** Fetches the lists anew, once a process; records found before are forgotten. */
  refresh(): Promise<void>;
  /** The error for a package that no source has, with names that are similar. */
  missing(name: string, reason: string): Promise<LevitateError>;
}

const day = 24 * 3600 * 1000;

/**
 * Opens the records of an apt folder. Lists older than a day are fetched again; where that fails, the old ones are
 * used, with a warning.
 */
export async function openRecords(
  home: AptHome,
  warn: (message: string) => void,
): Promise<Records> {
  const stamp = join(home.directory, 'updated');
  let updated = await readFile(stamp, 'utf8').catch(() => '');
  let refreshed = false;
  let complaint = '';

  async function refresh(): Promise<void> {
    if (refreshed) return;
    refreshed = true;
    const { exitCode, stderr } = await updateLists(home);
    complaint = stderr.split('\n').find((line) => /^[EW]: /.test(line)) ?? '';
    if (exitCode === 0) {
      updated = new Date().toISOString();
      await writeWhole(stamp, updated);
      return;
    }
    // One source of many that fails must not end every build; a package that is then missing is refused by its name.
    const serving =
      updated === '' ? 'those that could be are used' : `those of ${updated} are used`;
    warn(`package lists could not all be fetched, ${serving}: ${complaint}`);
    if (updated === '') updated = 'incomplete';
  }

  const recordFile = (name: string) => join(home.directory, 'records', `${name}.json`);

  async function remembered(name: string): Promise<PackageRecord | undefined> {
    const text = await readFile(recordFile(name), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      const { listed, record } = JSON.parse(text) as { listed: string; record: PackageRecord };
      return listed === updated ? record : undefined;
    } catch {
      // A damaged record counts as missing: apt is asked again.
      return undefined;
    }
  }

  async function find(names: string[]): Promise<Map<string, PackageRecord>> {
    if (updated === '' || Date.now() - Date.parse(updated) > day) await refresh();
    const found = new Map<string, PackageRecord>();
    const asked: string[] = [];
    for (const name of new Set(names)) {
      const record = await remembered(name);
      if (record) found.set(name, record);
      else asked.push(name);
    }
    if (asked.length === 0) return found;
    for (const record of parsePackages(await showPackages(home, asked))) {
      if (!asked.includes(record.name) || found.has(record.name)) continue;
      found.set(record.name, record);
      if (updated === 'incomplete') continue;
      await writeWhole(recordFile(record.name), JSON.stringify({ listed: updated, record }));
    }
    return found;
  }

  async function missing(name: string, reason: string): Promise<LevitateError> {
    const similar = await packageNames(home, name.slice(0, 3));
    const empty = complaint !== '' && (await packageNames(home, '')).length === 0;
    if (empty) return listsFailed(complaint);
    const near = nearest(name, similar);
    const why = complaint === '' ? '' : ` (apt said: ${complaint})`;
    const text = `no package "${name}" for ${home.architecture}, needed for ${reason}${why}`;
    return new LevitateError('PACKAGE_MISSING', text, {
      hint: near
        ? `Did you mean ${near}?`
        : `Check the package's name, and that apt's sources carry it for ${home.architecture}.`,
      data: { package: name, architecture: home.architecture, ...(near ? { nearest: near } : {}) },
    });
  }

  return { find, refresh, missing };
}

/** Whether apt complains of a release that a mirror does not have, or of lists that are no longer updated. */
const isGone = (complaint: string): boolean =>
  /does not have a Release file|no longer has a Release file|404 +Not Found|is expired|is not valid anymore/i.test(
    complaint,
  );

/** The error for package lists that apt could not fetch. */
export const listsFailed = (complaint: string): LevitateError =>
  new LevitateError('SOURCE_FAILED', `package lists could not be fetched: ${complaint}`, {
    hint: isGone(complaint)
      ? "The mirrors of apt's sources do not have this release (any more). Debian's archive keeps old ones: name it there with [check-valid-until=no], or a later release in root.from."
      : "Check the network and apt's sources: `apt-get update` must work on this machine.",
  });
