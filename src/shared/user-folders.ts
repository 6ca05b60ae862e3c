import { mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { LevitateError, reasonOf } from '../errors.js';

/** A folder of this machine that levitate keeps something in, and what names another one. */
export interface OwnFolder {
  path: string;
  /** What it is for, as the subject of a sentence. */
  what: string;
  variable: string;
}

/**
 * The folder that the XDG base directory specification gives a program; it has relative ones ignored.
 * @throws LevitateError FOLDER_UNUSABLE where there is no home folder to stand in for the variable
 */
export function xdgFolder(
  variable: 'XDG_STATE_HOME' | 'XDG_CACHE_HOME',
  below: string,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const given = env[variable] ?? '';
  return isAbsolute(given) ? given : join(homeFolder(variable, env), below);
}

function homeFolder(variable: string, env: NodeJS.ProcessEnv): string {
  if (env['HOME']) return resolve(env['HOME']);
  try {
    const home = homedir();
    if (home !== '') return home;
  } catch {
    // A user without an entry in the password database has no home folder.
  }
  throw new LevitateError('FOLDER_UNUSABLE', 'there is no home folder: HOME is not set', {
    hint: `Set HOME, or name a folder of your own with ${variable}.`,
  });
}

/** The folder in which temporary files are made: TMPDIR or /tmp, or another one in place of that. */
export const temporaryParent = (path = resolve(tmpdir())): OwnFolder => ({
  path,
  what: 'the folder for temporary files',
  variable: 'TMPDIR',
});

/**
 * Makes a folder of its own for a while, with mode 0700; the caller takes it away.
 * @param parent in which it is made, in place of TMPDIR or /tmp
 * @throws LevitateError FOLDER_UNUSABLE
 */
export async function temporaryFolder(parent = temporaryParent().path): Promise<string> {
  try {
    return await mkdtemp(join(parent, 'levitate-'));
  } catch (error) {
    throw unusable(temporaryParent(parent), error);
  }
}

/**
 * Makes something that keeps a temporary folder, and takes that away itself; where it cannot be made, the folder goes.
 * @throws what `temporaryFolder` and `make` throw
 */
export async function keepingFolder<T>(make: (folder: string) => Promise<T>): Promise<T> {
  const folder = await temporaryFolder();
  try {
    return await make(folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** What ssh takes as it is in a setting such as ControlPath: no blank, quote or `%`. */
const plain = /^[\w/.,:+@=-]+$/;

/**
 * The same with a path that ssh takes in its settings: in /tmp where the name of TMPDIR is too long or too odd for that.
 * @param longest that the path may be, in bytes
 * @throws LevitateError FOLDER_UNUSABLE
 */
export function folderForSsh(longest = Infinity): Promise<string> {
  const parent = resolve(tmpdir());
  const fits = `${parent}/levitate-XXXXXX`.length <= longest && plain.test(parent);
  return temporaryFolder(fits ? parent : '/tmp');
}

/** A folder that cannot be used, for what the system says of it. */
export const unusable = ({ path, what, variable }: OwnFolder, error: unknown): LevitateError =>
  new LevitateError('FOLDER_UNUSABLE', `${what}, ${path}, cannot be used: ${reasonOf(error)}`, {
    cause: error,
    hint: `${variable} names another folder, which must be there, be yours, and have room.`,
    data: { path, variable },
  });

/**
 * Refuses a folder that somebody else could put something into, or exchange, for what is found there is trusted: a part
 * of its path belongs to another user, or lets others write. A sticky folder such as /tmp may be one of them, if nothing
 * in the last of them is somebody else's.
 * @throws LevitateError FOLDER_UNUSABLE naming that part
 */
export async function refuseShared(folder: OwnFolder): Promise<void> {
  const path = resolve(folder.path);
  const chains = [partsOf(path), partsOf(await realpath(path).catch(() => path))];
  const inside = (await isOpen(path)) ? await readdir(path) : [];
  for (const part of new Set([...chains.flat(), ...inside.map((name) => join(path, name))])) {
    const about = await stat(part).catch(() => undefined);
    const reason = about && sharedBy(about, dirname(part) === path);
    if (reason === undefined) continue;
    throw new LevitateError(
      'FOLDER_UNUSABLE',
      `${folder.what}, ${path}, is not yours alone: ${part} ${reason.found}`,
      {
        hint: `${reason.advice(part)}, or name a folder of your own with ${folder.variable}.`,
        data: { path, part, variable: folder.variable },
      },
    );
  }
}

const partsOf = (path: string): string[] =>
  path === dirname(path) ? [path] : [...partsOf(dirname(path)), path];

interface About {
  uid: number;
  gid: number;
  mode: number;
}

/** Users whose folders nobody else can change: root, and who has no number in this user namespace, as root may not. */
const harmless = [0, 65534];

const isOpen = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ mode }) => (mode & 0o002) !== 0,
    () => false,
  );

function sharedBy({ uid, gid, mode }: About, inside: boolean) {
  const me = process.getuid?.() ?? 0;
  // root often works in folders that are mounted from outside and belong to somebody there.
  if ((me !== 0 || inside) && uid !== me && !harmless.includes(uid))
    return { found: `belongs to user ${uid}`, advice: (part: string) => `Make ${part} yours` };
  const sticky = (mode & 0o1000) !== 0;
  // A group of the same number as its user is that user's alone, by the custom of adduser(8).
  const alone = gid === 0 || (gid === uid && gid === process.getgid?.());
  const open = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && !alone);
  if (sticky || !open) return undefined;
  return {
    found: `can be written by others (mode ${(mode & 0o7777).toString(8)})`,
    advice: (part: string) => `chmod go-w ${part}`,
  };
}
