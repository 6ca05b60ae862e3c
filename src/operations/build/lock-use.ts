import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { LevitateError, isCode, reasonOf } from '../../errors.js';
import { writeOutput } from '../../shared/atomic-file.js';
import { isHostProgramMissing } from '../../shared/host-program.js';
import {
  lockDiffers,
  lockDifference,
  renew,
  lockText,
  parseLock,
  type Lock,
  type Pins,
} from '../../sources/debian/lock.js';

/** What a build does with the lock beside its profile. Without either option, it follows the lock where that fits. */
export interface LockUse {
  /** Whether to pin the newest packages, that is, to write the lock. */
  lock?: boolean;
  /** Whether to use the lock and the cache alone: nothing is fetched, and any difference is a failure. */
  locked?: boolean;
}

/** Gives the path of the lock beside a profile: `router.yaml` → `router.lock`. */
export function lockPath(profile: string): string {
  const { dir, name } = posix.parse(profile);
  return posix.join(dir, `${name}.lock`);
}

/**
 * Does work that reads packages, with the pins of the lock beside a profile.
 * @param work is given the pins for its source of packages; it is called again without pins where those do not fit
 * @throws LevitateError LOCK_MISSING, LOCK_INVALID, LOCK_DIFFERS, LOCK_UNAVAILABLE, OUTPUT_FAILED, and what `work`
 * throws
 */
export async function withLock<T>(
  profile: string,
  { lock: write = false, locked = false }: LockUse,
  warn: (message: string) => void,
  work: (pins: Pins) => Promise<T>,
): Promise<T> {
  if (write && locked)
    throw new LevitateError('USAGE', 'give either --lock or --locked', {
      hint: '--lock pins the newest packages, and --locked builds from those that are pinned.',
    });
  const path = lockPath(profile);
  const newest = async () => (await attempt(undefined, path, false, work)).value;
  if (write) {
    const { value, locks } = await attempt(undefined, path, false, work);
    await save(path, locks);
    return value;
  }
  const pinned = await load(path);
  if (!pinned) {
    if (!locked) return newest();
    throw new LevitateError('LOCK_MISSING', `there is no lock ${path}`, { hint: renew });
  }
  try {
    return await checked(pinned, path, locked, work);
  } catch (error) {
    const unfit = isCode(error, 'LOCK_DIFFERS') || isCode(error, 'LOCK_UNAVAILABLE');
    if (!unfit || locked) throw error;
    // Pins are used for all packages or for none, because nobody has tested a mixture of old and new packages.
    warn(`${error.message}; the newest packages are used in place of the pinned ones`);
    return newest();
  }
}

async function attempt<T>(
  lock: Lock | undefined,
  path: string,
  offline: boolean,
  work: (pins: Pins) => Promise<T>,
): Promise<{ value: T; locks: Lock[] }> {
  const locks = new Map<string, Lock>();
  const opened = (one: Lock) => locks.set(one.release, one);
  const value = await work({ lock, path, offline, opened });
  return { value, locks: [...locks.values()] };
}

async function checked<T>(
  pinned: Lock,
  path: string,
  offline: boolean,
  work: (pins: Pins) => Promise<T>,
): Promise<T> {
  const { value, locks } = await attempt(pinned, path, offline, work).catch((error: unknown) => {
    // Where only pinned packages are used, what is missing is missing from the lock.
    const missing =
      isCode(error, 'LIBRARY_MISSING') ||
      (isCode(error, 'TOOL_MISSING') && !isHostProgramMissing(error));
    throw missing ? lockDiffers(path, reasonOf(error), error) : error;
  });
  for (const lock of locks) {
    const difference = lockDifference(pinned, lock);
    if (difference !== undefined) throw lockDiffers(path, difference);
  }
  return value;
}

async function load(path: string): Promise<Lock | undefined> {
  try {
    return parseLock(await readFile(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof LevitateError) throw error;
    throw new LevitateError('LOCK_INVALID', `${path} cannot be read: ${reasonOf(error)}`, {
      cause: error,
      hint: renew,
    });
  }
}

async function save(path: string, [lock, ...others]: Lock[]): Promise<void> {
  if (!lock || others.length > 0) {
    const what = lock ? 'packages of several releases' : 'no package';
    throw new LevitateError('USAGE', `nothing to pin in ${path}: the build takes ${what}`, {
      hint: 'A lock pins the packages of one Debian release; leave --lock out.',
    });
  }
  await writeOutput(path, lockText(lock));
}
