import { chown, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { execa } from 'execa';
import { FleetError, reasonOf } from '../errors.js';

/** Who a program runs as. */
export interface Account {
  /** The number of the user. */
  uid: number;
  /** The number of its group. */
  gid: number;
}

/** The folder of the private database: below the user's state; root's is where other users can go. */
export function stateFolder(
  env: NodeJS.ProcessEnv = process.env,
  uid = process.getuid?.(),
): string {
  const given = env['LEVITATE_FLEET_STATE'] ?? '';
  if (isAbsolute(given)) return given;
  if (uid === 0) return '/var/lib/levitate-fleet';
  const xdg = env['XDG_STATE_HOME'] ?? '';
  return join(isAbsolute(xdg) ? xdg : join(homedir(), '.local/state'), 'levitate', 'fleet');
}

/**
 * The ordinary user that PostgreSQL runs as where root calls: it refuses root. Others run it themselves.
 * @throws FleetError DATABASE_UNAVAILABLE where there is no such user
 */
export async function clusterAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const { stdout } = await execa('getent', ['passwd', 'postgres'], { reject: false });
  const [, , uid, gid] = (stdout ?? '').split(':').map(Number);
  if (uid && gid) return { uid, gid };
  throw new FleetError('DATABASE_UNAVAILABLE', 'there is no user postgres to run PostgreSQL as', {
    hint: 'Install the package postgresql, which makes one, or call levitate fleet as another user than root.',
  });
}

/**
 * Makes the folder of the private database, for the user that runs it alone.
 * @throws FleetError DATABASE_UNAVAILABLE
 */
export async function makeFolder(path: string, account: Account | undefined): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: account ? 0o755 : 0o700 });
    if (account) await chown(path, account.uid, account.gid);
  } catch (cause) {
    const hint = 'LEVITATE_FLEET_STATE names another folder.';
    const message = `the folder ${path} cannot be made: ${reasonOf(cause)}`;
    throw new FleetError('DATABASE_UNAVAILABLE', message, { hint, cause });
  }
}
