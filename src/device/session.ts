import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../shared/atomic-file.js';
import { reasonOf } from '../errors.js';
import { refuseShared, unusable, xdgFolder, type OwnFolder } from '../shared/user-folders.js';

/** What this machine remembers of an entry, so that a later command can reach the maintenance system. */
export interface Session {
  /** As the person wrote it. */
  host: string;
  hostname: string;
  port: number;
  user: string;
  /** The ssh_config file that the person gave, if any. */
  sshConfig?: string;
  /**
   * The numeric address that the connection to the running system was made to: a name such as `pi.local` is answered by
   * a program of that system, and by nobody once it has ended. None behind a proxy.
   */
  address?: string;
  /** Whether the person's ssh configuration names another way than plain TCP to name and port. */
  proxied: boolean;
  entryId: string;
  /** Boot id of the kernel that runs both the old system and the maintenance root. */
  bootId?: string;
  /** Names that the device had for itself; what was entered by an older levitate does not say. */
  compatible?: string[];
  privateKey: string;
  /** Public host keys that the maintenance sshd presents. */
  hostKeys: string[];
}

/** Of the file's form; one without it is of the first form, and one with a greater number was written by a newer levitate. */
const version = 1;

const sessionsFolder = (): OwnFolder => ({
  path: join(xdgFolder('XDG_STATE_HOME', '.local/state'), 'levitate', 'sessions'),
  what: 'the folder that keeps entries',
  variable: 'XDG_STATE_HOME',
});

const fileOf = (host: string): string =>
  join(sessionsFolder().path, `${encodeURIComponent(host).slice(0, 200)}.json`);

/**
 * Finds out whether an entry could be kept now, by keeping something.
 * @throws LevitateError FOLDER_UNUSABLE
 */
export async function checkSessions(): Promise<void> {
  const folder = sessionsFolder();
  const trial = join(folder.path, `trial-${process.pid}`);
  try {
    await mkdir(folder.path, { recursive: true, mode: 0o700 });
    await writeWhole(trial, Buffer.alloc(8192), { file: 0o600 });
  } catch (error) {
    throw unusable(folder, error);
  } finally {
    await rm(trial, { force: true }).catch(() => undefined);
  }
  await refuseShared(folder);
}

/**
 * Refuses a folder of entries that others may write to: an entry of theirs would be taken for one's own.
 * @throws LevitateError FOLDER_UNUSABLE
 */
export const refuseSharedSessions = (): Promise<void> => refuseShared(sessionsFolder());

/**
 * Keeps the entry of a device, readable by this user only, in place of the one before.
 * @throws LevitateError FOLDER_UNUSABLE
 */
export async function saveSession(session: Session): Promise<void> {
  const folder = sessionsFolder();
  await refuseShared(folder);
  const text = `${JSON.stringify({ version, ...session }, null, 2)}\n`;
  await writeWhole(fileOf(session.host), text, { file: 0o600, folder: 0o700 }).catch(
    (error: unknown) => {
      throw unusable(folder, error);
    },
  );
}

/**
 * The last entry of a device that was made from this machine, or undefined.
 * @param warn is told why an entry that is there can't be used; it then counts as none
 */
export async function loadSession(
  host: string,
  warn: (message: string) => void = () => undefined,
): Promise<Session | undefined> {
  try {
    const text = await readFile(fileOf(host), 'utf8');
    await refuseShared(sessionsFolder());
    const wrong = misreading(text, host);
    if (wrong === undefined) return JSON.parse(text) as Session;
    warn(`What was kept of the last entry of ${host} is not used: ${fileOf(host)} ${wrong}.`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    warn(
      `What was kept of the last entry of ${host}, if anything, is not used: ${reasonOf(error)}.`,
    );
  }
  return undefined;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isTextIfAny = (value: unknown): boolean => value === undefined || isText(value);

const isListOfText = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** What each field of a kept session must be. */
const fields: Record<Exclude<keyof Session, 'host'>, (value: unknown) => boolean> = {
  hostname: isText,
  port: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65535,
  user: (value) => typeof value === 'string',
  sshConfig: isTextIfAny,
  address: isTextIfAny,
  proxied: (value) => typeof value === 'boolean',
  entryId: isText,
  bootId: isTextIfAny,
  compatible: (value) => value === undefined || isListOfText(value),
  privateKey: isText,
  hostKeys: isListOfText,
};

/** Why a text is not the session of a host, as a predicate; nothing where it is. */
function misreading(text: string, host: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.trim() === '' ? 'is empty' : 'is not whole';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'is of another form';
  const session = value as Record<string, unknown>;
  const { version: written = version } = session;
  if (written !== version)
    return `is of version ${JSON.stringify(written)}, and this levitate knows ${version}`;
  if (session['host'] !== host) return 'is of another host';
  const wrong = Object.entries(fields).flatMap(([key, fits]) => (fits(session[key]) ? [] : [key]));
  return wrong.length === 0 ? undefined : `has no good ${wrong.join(', ')}`;
}

/** Forgets the entry of a device, once it runs a system of its own again. */
export const forgetSession = (host: string): Promise<void> => rm(fileOf(host), { force: true });
