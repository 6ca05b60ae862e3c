import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Takes images out of a cache until it has no more bytes on the disk than a limit: first what processes that are gone have left half
 * done, then what was not used for the longest time. Whoever has one open keeps it.
 * @param keep the path of the bytes of an image that stays
 * @throws what the file system says
 */
export async function evict(folder: string, limit: number, keep: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names) if (isLeft(name)) await rm(join(folder, name), { force: true });
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.img'))
      .map(async (name) => {
        const path = join(folder, name);
        const bytes = await stat(path).catch(() => undefined);
        const about = await stat(aboutOf(path)).catch(() => undefined);
        return { path, bytes: (bytes?.blocks ?? 0) * 512, at: about?.mtimeMs ?? 0 };
      }),
  );
  let sum = found.reduce((all, { bytes }) => all + bytes, 0);
  for (const { path, bytes } of found.toSorted((a, b) => a.at - b.at)) {
    if (sum <= limit) return;
    if (path === keep) continue;
    await rm(aboutOf(path), { force: true });
    await rm(path, { force: true });
    sum -= bytes;
  }
}

const aboutOf = (bytes: string): string => bytes.replace(/img$/, 'json');

/** Whether a file was left by a process that is gone: its number is in the name. */
function isLeft(name: string): boolean {
  const pid = /\.([0-9]+)\.[0-9a-f-]+\.tmp$/.exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
