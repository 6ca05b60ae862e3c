import { join } from 'node:path';
import { refuseShared, xdgFolder } from '../shared/user-folders.js';
import { LevitateError } from '../errors.js';

/**
 * Gives the folder in which fetched packages are kept: LEVITATE_CACHE, else `levitate` in XDG_CACHE_HOME or ~/.cache.
 * @throws LevitateError FOLDER_UNUSABLE where there is no home folder
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env['LEVITATE_CACHE']) return env['LEVITATE_CACHE'];
  return join(xdgFolder('XDG_CACHE_HOME', '.cache', env), 'levitate');
}

/**
 * The same, but refuses a folder that other users can write to, because packages from it get into archives.
 * @throws LevitateError FOLDER_UNUSABLE
 */
export async function trustedCache(): Promise<string> {
  const path = cacheDirectory();
  await refuseShared({ path, what: 'the cache', variable: 'LEVITATE_CACHE' });
  return path;
}

/**
 * Does work that reads and writes the cache.
 * @throws LevitateError SOURCE_FAILED where the folder cannot be read or written, or has no room
 */
export async function inCache<T>(cache: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new LevitateError(
      'SOURCE_FAILED',
      `the cache ${cache} cannot be used: ${error.message}`,
      {
        cause: error,
        hint: 'LEVITATE_CACHE names another folder, which you may write to, with space for some hundred megabytes.',
      },
    );
  }
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error;
