/** The lab's cache: things are built once per recipe, in a scratch folder that is renamed into place when whole. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The folder `test/lab`. */
export const labDir = dirname(fileURLToPath(import.meta.url));

/** Where everything built and every running device lives; outside git. */
export const cacheDir = resolve(
  process.env['LEVITATE_LAB_CACHE'] ?? join(labDir, '..', '..', '.cache', 'lab'),
);

/**
 * The folder of one built thing. Its key is a hash over the recipe files (paths below `test/lab`, folders
 * included whole) and `salt`; `build` runs only when no folder with that key is there.
 */
export async function cached(
  name: string,
  recipe: string[],
  salt: string,
  build: (scratch: string) => Promise<void>,
): Promise<string> {
  const key = await recipeKey(recipe, salt);
  const target = join(cacheDir, `${name}-${key}`);
  if (await exists(target)) return target;
  return withLock(name, async () => {
    if (await exists(target)) return target;
    const scratch = await mkdtemp(join(cacheDir, `.building-${name}-`));
    try {
      await build(scratch);
      await rename(scratch, target);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
    return target;
  });
}

/** Runs `action` while no other process holds the lock `name`; a lock whose owner has died is taken over. */
export async function withLock<T>(name: string, action: () => Promise<T>): Promise<T> {
  await mkdir(cacheDir, { recursive: true });
  const lock = join(cacheDir, `.lock-${name}`);
  const mine = `${lock}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(mine, await processIdentity(process.pid));
  try {
    while (!(await tryLink(mine, lock))) {
      const owner = await readFile(lock, 'utf8').catch(() => undefined);
      const pid = Number(owner?.split(' ')[0]);
      if (owner !== undefined && owner !== (await processIdentity(pid))) await discard(lock, owner);
      await sleep(200);
    }
    try {
      return await action();
    } finally {
      await rm(lock, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** `PID START-TIME`: tells a process from a later one that was given the same number. */
export async function processIdentity(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const afterName = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return `${pid} ${afterName[19] ?? 'gone'}`;
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** SHA-256 of a file, as hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function recipeKey(recipe: string[], salt: string): Promise<string> {
  const hash = createHash('sha256').update(salt);
  for (const part of recipe) {
    for (const file of await filesBelow(join(labDir, part))) {
      hash.update(`\0${relative(labDir, file)}\0`).update(await readFile(file));
    }
  }
  return hash.digest('hex').slice(0, 12);
}

async function filesBelow(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function tryLink(from: string, to: string): Promise<boolean> {
  return link(from, to).then(
    () => true,
    () => false,
  );
}

/** Takes a dead owner's lock away, unless somebody else has replaced it meanwhile. */
async function discard(lock: string, owner: string): Promise<void> {
  const aside = `${lock}.stale.${process.pid}`;
  await rename(lock, aside).catch(() => undefined);
  const taken = await readFile(aside, 'utf8').catch(() => owner);
  if (taken !== owner) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
}
