import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it that are missing; one that is there stays as it is. Each is made by a call of its own:
 * mkdir of Node.js with `recursive` tells ENOENT of a file system that is read-only, and never ends where the kernel tells ENOENT
 * of a folder whose parent is there, as it does under /proc.
 * @throws the system's own error
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  for (const folder of await missing(path)) await makeOne(folder, mode);
}

/** The folders of a path that are not there, the topmost first; the path itself where what is there is no folder. */
async function missing(path: string): Promise<string[]> {
  if (await isFolder(path)) return [];
  const parent = dirname(path);
  const above = parent === path || (await isThere(parent)) ? [] : await missing(parent);
  return [...above, path];
}

/** Another process may make the same folder meanwhile. */
async function makeOne(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (!(await isFolder(path))) throw error;
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (about) => about.isDirectory(),
    () => false,
  );

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
