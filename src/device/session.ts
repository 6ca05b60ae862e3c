import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { LevitateError } from '../errors.js';

/** What this machine remembers of an entry, so that a later command can reach the maintenance system. */
export interface Session {
  /** As the person wrote it. */
  host: string;
  hostname: string;
  port: number;
  user: string;
  /** The ssh_config file that the person gave, if any. */
  sshConfig?: string;
  /** Whether the connection goes through `ssh -W`. */
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

const folder = (): string =>
  path.join(
    process.env['XDG_STATE_HOME'] || path.join(homedir(), '.local', 'state'),
    'levitate',
    'sessions',
  );

const fileOf = (host: string): string =>
  path.join(folder(), `${encodeURIComponent(host).slice(0, 200)}.json`);

/** Keeps the entry of a device, readable by this user only, in place of the one before. */
export async function saveSession(session: Session): Promise<void> {
  await mkdir(folder(), { recursive: true, mode: 0o700 });
  const temporary = `${fileOf(session.host)}.${process.pid}`;
  await writeFile(temporary, JSON.stringify(session, null, 2), { mode: 0o600 });
  await rename(temporary, fileOf(session.host));
}

/** The last entry of a device that was made from this machine, or undefined. */
export async function loadSession(host: string): Promise<Session | undefined> {
  let text: string;
  try {
    text = await readFile(fileOf(host), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LevitateError('INTERNAL', `${fileOf(host)} can't be read`, { cause: error });
  }
  return JSON.parse(text) as Session;
}

/** Forgets the entry of a device, once it runs a system of its own again. */
export const forgetSession = (host: string): Promise<void> => rm(fileOf(host), { force: true });
