import { LevitateError, reasonOf } from '../../errors.js';
import type { Architecture } from '../../profile/schema.js';
import type { ProgramRequest } from '../source.js';
import type { PackageRecord } from './control.js';
import { sha256 } from '../../shared/sha256.js';

/** A package as a lock pins it. */
export interface PinnedRecord extends PackageRecord {
  /** Hex SHA-256 of what the extracted package holds. */
  content: string;
}

/**
 * The packages that a build opened, and for which programs, so that a later build takes the same ones whatever a mirror
 * offers by then.
 */
export interface Lock {
  arch: Architecture;
  /** A release by its code name, or `host` for what the host's own apt sources offer. */
  release: string;
  /** Hex SHA-256 of the programs that were asked for. */
  asked: string;
  /** The packages, sorted by name. */
  packages: PinnedRecord[];
}

/** The pins that a source follows, and the function that it calls with the packages that it opened. */
export interface Pins {
  /** The only packages that may be used; undefined = the newest that there are. */
  lock: Lock | undefined;
  /** The path of the lock file, for messages. */
  path: string;
  /** Whether nothing may be fetched. */
  offline: boolean;
  opened: (lock: Lock) => void;
}

const format = 1;

/** Gives a lock as text, with a package a line; the same lock always gives the same bytes. */
export function lockText({ arch, release, asked, packages }: Lock): string {
  const head = { 'levitate-lock': format, release, arch, asked };
  const rows = [...packages]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, version, architecture, sha256, content, size, file, depends }) => {
      const groups = depends.map((group) => group.join(' | ')).join(', ');
      const about = { name, version, architecture, sha256, content, size, file, depends: groups };
      return JSON.stringify(about);
    });
  const start = JSON.stringify(head, null, 2).slice(0, -2);
  return `${start},\n  "packages": [\n    ${rows.join(',\n    ')}\n  ]\n}\n`;
}

/** Gives the SHA-256 of the programs that were asked for, in hex; their order does not matter. */
export function askedDigest(requests: ProgramRequest[]): string {
  const lines = requests.map(({ name, package: named, optional }) =>
    [name, named ?? '', optional ? 'optional' : ''].join('\t'),
  );
  const text = [...new Set(lines)].sort().join('\n');
  return sha256(text);
}

/**
 * Reads a lock from its text.
 * @param path for messages
 * @throws LevitateError LOCK_INVALID
 */
export function parseLock(text: string, path: string): Lock {
  try {
    const { 'levitate-lock': version, release, arch, asked, packages } = JSON.parse(text) as Stored;
    if (version !== format) throw new Error(`its format is ${String(version)}, not ${format}`);
    for (const one of packages) {
      if (!isSound(one)) throw new Error(`the package ${String(one.name)} is wrong`);
    }
    return { arch, release, asked, packages: packages.map(recordOf) };
  } catch (error) {
    throw new LevitateError('LOCK_INVALID', `${path} is no lock: ${reasonOf(error)}`, {
      cause: error,
      hint: 'Take it from version control again, or write it anew: levitate build PROFILE -o FILE --lock.',
    });
  }
}

type StoredPackage = Omit<PinnedRecord, 'depends'> & { depends: string };
type Stored = Omit<Lock, 'packages'> & { 'levitate-lock': unknown; packages: StoredPackage[] };

/** Checks the fields of a package, because names and paths from a lock become file names and arguments of programs. */
const isSound = ({ name, version, file, sha256, content, size, depends }: StoredPackage): boolean =>
  /^[a-z0-9][a-z0-9+.-]*$/.test(name) &&
  typeof version === 'string' &&
  /^[A-Za-z0-9._][A-Za-z0-9._+~/%:-]*$/.test(file) &&
  !file.split('/').includes('..') &&
  [sha256, content].every((digest) => /^[0-9a-f]{64}$/.test(digest)) &&
  Number.isSafeInteger(size) &&
  size >= 0 &&
  typeof depends === 'string';

const recordOf = ({ depends, ...rest }: StoredPackage): PinnedRecord => ({
  ...rest,
  depends: depends === '' ? [] : depends.split(', ').map((group) => group.split(' | ')),
});

/** Says for people in what two locks differ; undefined where they are the same. */
export function lockDifference(pinned: Lock, current: Lock): string | undefined {
  if (pinned.arch !== current.arch) return `it is for ${pinned.arch}, not ${current.arch}`;
  if (pinned.release !== current.release) {
    return `it is for the release ${pinned.release}, not ${current.release}`;
  }
  if (pinned.asked !== current.asked) return 'other programs are asked for than when it was made';
  const used = new Set(current.packages.map(({ name }) => name));
  const idle = pinned.packages.filter(({ name }) => !used.has(name)).map(({ name }) => name);
  return idle.length > 0
    ? `it pins packages that the build does not use: ${idle.join(', ')}`
    : undefined;
}

/** The hint for a lock that does not fit any more. */
export const renew = 'Pin what there is now: levitate build PROFILE -o FILE --lock.';

/** The error for a lock that does not fit this build. */
export const lockDiffers = (path: string, why: string, cause?: unknown): LevitateError =>
  new LevitateError('LOCK_DIFFERS', `${path} does not fit: ${why}`, { hint: renew, cause });
