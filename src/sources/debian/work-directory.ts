import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { LevitateError, reasonOf } from '../../errors.js';
import { makeFolder } from '../../shared/make-folder.js';

const prefix = 'work-';
const lockOf = (store: string): string => join(store, 'work.lock');

/**
 * Gives `work` a folder of its own beside the packages, and removes it afterwards. Meanwhile a child process holds a
 * shared lock (flock(2)) that ends with this process, however that ends: a process that gets the exclusive lock knows
 * that no such folder is in use.
 * @param store the folder that holds the packages
 * @throws LevitateError SOURCE_FAILED without flock of util-linux, and what `work` throws
 */
export async function inWorkDirectory(
  store: string,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  await makeFolder(store);
  // The child reads a pipe that the kernel closes when this process ends; Ctrl-C must not reach it.
  const holder = execa('flock', ['-s', lockOf(store), 'sh', '-c', 'echo held && exec cat'], {
    reject: false,
    detached: true,
  });
  try {
    await new Promise<void>((held, failed) => {
      holder.stdout.once('data', () => held());
      void holder.then((ended) => failed(withoutLock(ended.stderr || reasonOf(ended))));
    });
    const folder = await mkdtemp(join(store, prefix));
    await work(folder).finally(() => rm(folder, { recursive: true, force: true }));
  } finally {
    holder.stdin.end();
    await holder;
  }
}

/**
 * Removes what killed builds have left, unless a build is fetching now; what cannot be removed stays until the next
 * build.
 */
export async function clearStale(store: string): Promise<void> {
  const names = await readdir(store).catch(() => []);
  const stale = names.filter((name) => name.startsWith(prefix)).map((name) => join(store, name));
  if (stale.length === 0) return;
  await execa('flock', ['-n', '-x', lockOf(store), 'rm', '-rf', '--', ...stale], { reject: false });
}

const withoutLock = (why: string): LevitateError =>
  new LevitateError('SOURCE_FAILED', `the cache cannot be locked: ${why}`, {
    hint: 'Packages are fetched with flock of util-linux, and the cache must let it lock files.',
  });
