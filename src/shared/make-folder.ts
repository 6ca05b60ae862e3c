import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it that are missing; one that is there stays as it is.
 * @throws the system's own error: mkdir with `recursive` alone tells ENOENT of a file system that is read-only
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(await firstMissing(path), { mode });
    throw error;
  }
}

/** The topmost folder of a path that is not there. */
async function firstMissing(path: string): Promise<string> {
  const parent = dirname(path);
  const there = await stat(parent).then(
    () => true,
    () => false,
  );
  return there || parent === path ? path : firstMissing(parent);
}
