import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivate, writePrivateJson } from '../shared/atomic-file.js';
import { reasonOf } from '../errors.js';
import { faultyFields, isOf } from '../protocol/check.js';
import {
  Session as SessionSchema,
  sessionVersion,
  type Session,
} from '../protocol/session-file.js';
import { refuseShared, unusable, xdgFolder, type OwnFolder } from '../shared/user-folders.js';

export type { Session } from '../protocol/session-file.js';

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
    await writePrivate(trial, Buffer.alloc(8192));
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
  const stored = { version: sessionVersion, ...session };
  await writePrivateJson(fileOf(session.host), stored).catch((error: unknown) => {
    throw unusable(folder, error);
  });
}

/**
 * The last entry of a device that was made from this machine, or undefined.
 * @param warn is told why an entry that is there cannot be used; it then counts as none
 */
export async function loadSession(
  host: string,
  warn: (message: string) => void = () => undefined,
): Promise<Session | undefined> {
  try {
    const text = await readFile(fileOf(host), 'utf8');
    await refuseShared(sessionsFolder());
    const session = read(text, host);
    if (typeof session !== 'string') return session;
    warn(`What was kept of the last entry of ${host} is not used: ${fileOf(host)} ${session}.`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    warn(
      `What was kept of the last entry of ${host}, if anything, is not used: ${reasonOf(error)}.`,
    );
  }
  return undefined;
}

/** A text as the session of a host; or why it is none, as a predicate. */
function read(text: string, host: string): Session | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.trim() === '' ? 'is empty' : 'is not whole';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return 'is of another form';
  const { version = sessionVersion, ...session } = value as Record<string, unknown>;
  if (version !== sessionVersion)
    return `is of version ${JSON.stringify(version)}, and this levitate knows ${sessionVersion}`;
  if (session['host'] !== host) return 'is of another host';
  if (isOf(SessionSchema, session)) return session;
  return `has no good ${faultyFields(SessionSchema, session).join(', ')}`;
}

/** Forgets the entry of a device, once it runs a system of its own again. */
export const forgetSession = (host: string): Promise<void> => rm(fileOf(host), { force: true });
