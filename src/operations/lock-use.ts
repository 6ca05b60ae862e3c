import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { LevitateError, isCode, reasonOf } from '../errors.js';
import type { Emit } from '../progress.js';
import { writeWhole } from '../sources/atomic.js';
import {
  lockDiffers,
  lockDifference,
  renew,
  lockText,
  parseLock,
  type Lock,
  type Pins,
} from '../sources/debian/lock.js';

/** What a build is to do with the lock beside its profile; without either, pins are followed where they fit. */
export interface LockUse {
  /** Pin the newest packages: write the lock. */
  lock?: boolean;
  /** Use the lock and the cache alone: nothing is fetched, and any difference is a failure. */
  locked?: boolean;
}

/** `router.yaml` → `router.lock`, beside it. */
export function lockPath(profile: string): string {
  const { dir, name } = posix.parse(profile);
  return posix.join(dir, `${name}.lock`);
}

/**
 * Does what reads packages under the rules of the lock beside a profile.
 * @param work is given the pins for its source of packages; it is called again without any where those don't fit
 * @throws LevitateError LOCK_MISSING, LOCK_INVALID, LOCK_DIFFERS, LOCK_UNAVAILABLE, OUTPUT_FAILED, and what `work` throws
 */
export async function underLock<T>(
  profile: string,
  { lock: write = false, locked = false }: LockUse,
  emit: Emit,
  work: (pins: Pins) => Promise<T>,
): Promise<T> {
  if (write && locked) throw new LevitateError('USAGE', 'give either --lock or --locked');
  const path = lockPath(profile);
  const newest = async () => (await attempt(undefined, path, false, work)).value;
  if (write) {
    const { value, lock } = await attempt(undefined, path, false, work);
    await save(path, lock);
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
    // All or nothing: old and new packages mixed are a combination that nobody has tested.
    const message = `${error.message}; the newest packages are used in place of the pinned ones`;
    emit({ type: 'note', level: 'warning', message });
    return newest();
  }
}

async function attempt<T>(
  lock: Lock | undefined,
  path: string,
  offline: boolean,
  work: (pins: Pins) => Promise<T>,
): Promise<{ value: T; lock: Lock | undefined }> {
  let current: Lock | undefined;
  const value = await work({ lock, path, offline, opened: (opened) => (current = opened) });
  return { value, lock: current };
}

async function checked<T>(
  pinned: Lock,
  path: string,
  offline: boolean,
  work: (pins: Pins) => Promise<T>,
): Promise<T> {
  const { value, lock } = await attempt(pinned, path, offline, work).catch((error: unknown) => {
    // Among pinned packages alone, what is missing is missing from the lock.
    const missing = (['TOOL_MISSING', 'LIBRARY_MISSING'] as const).some((code) =>
      isCode(error, code),
    );
    throw missing ? lockDiffers(path, reasonOf(error), error) : error;
  });
  const difference = lock && lockDifference(pinned, lock);
  if (difference === undefined) return value;
  throw lockDiffers(path, difference);
}

async function load(path: string): Promise<Lock | undefined> {
  try {
    return parseLock(await readFile(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof LevitateError) throw error;
    throw new LevitateError('LOCK_INVALID', `${path} can't be read: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

async function save(path: string, lock: Lock | undefined): Promise<void> {
  if (!lock) return;
  await writeWhole(path, lockText(lock)).catch((error: unknown) => {
    throw new LevitateError('OUTPUT_FAILED', `${path} can't be written: ${reasonOf(error)}`, {
      cause: error,
    });
  });
}
