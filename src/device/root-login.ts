import { isCode, reasonOf } from '../errors.js';
import { report, type Run } from '../progress.js';
import type { Ask } from '../ssh/askpass.js';
import { resolveSshConfig } from '../ssh/config.js';
import { settingsAsArguments } from '../ssh/options.js';
import { asRoot } from './as-root.js';
import { connectRunning, interruptible, type Connection, type Held } from './connect.js';
import { factBytes, markedFacts } from './fact-lines.js';
import { gatherRunning } from './gather-running.js';
import { checkPasswordFile, passwordFile } from './password-file.js';
import type { NotRoot } from './preflight.js';
import { rootByPassword } from './root-password.js';
import { readRootWays } from './root-ways.js';
import { runScript } from './run-script.js';
import { rootWayScript } from './scripts.js';

/** A connection to a running system. */
export interface Login extends Held {
  /** Why its commands do not run as root, where they do not. */
  notRoot?: NotRoot[];
}

/**
 * A connection to the device's running system whose commands run as root, by the login itself, by sudo, doas or su. Where
 * none of them gives root, the commands run as the login, which the preflight refuses with the reasons.
 * A maintenance system knows root alone: it is reached as root where it does not know the user.
 * @param options `asksForSudo`: whether the person may be asked for the password of sudo, doas or su; by itself true. `trust`: ssh options
 * about the host key that the system may present
 * @throws LevitateError as `connectRunning` does; NOT_ROOT where none of them takes none of the passwords, USAGE where the file with
 * the password cannot be read, or can be read by others
 */
export async function connectRoot(
  connection: Connection,
  run: Run = {},
  { asksForSudo = true, trust = [] }: { asksForSudo?: boolean; trust?: string[] } = {},
): Promise<Login> {
  const { user } = await resolveSshConfig(connection.host, connection.sshConfig);
  if (user === 'root') return connectRunning(connection, trust, run);
  const file = asksForSudo ? passwordFile() : undefined;
  if (file !== undefined) await checkPasswordFile(file);
  const running = await connectRunning(connection, trust, run).catch(async (error: unknown) => {
    const maintenance = isCode(error, 'AUTH_FAILED') && (await inMaintenance(connection, run));
    if (maintenance) return maintenance;
    throw error;
  });
  try {
    const ask = asksForSudo ? connection.ask : undefined;
    const login = { host: connection.host, user };
    return await elevated(running, login, ask, run);
  } catch (error) {
    await running.close();
    throw error;
  }
}

/** A connection as root to the maintenance system; nothing where another system answers, in which the person is not root. */
async function inMaintenance(connection: Connection, run: Run): Promise<Held | undefined> {
  const asUserRoot = { ...connection, interactive: false };
  let found: Held | undefined;
  try {
    found = await connectRunning(asUserRoot, settingsAsArguments({ User: 'root' }), run);
    const { state } = await gatherRunning(interruptible(found, run.signal));
    if (state === 'maintenance') return found;
  } catch (error) {
    run.signal?.throwIfAborted();
    report(run, { type: 'debug', message: `no maintenance system answers: ${reasonOf(error)}` });
  }
  await found?.close();
  return undefined;
}

async function elevated(
  running: Held,
  { host, user }: { host: string; user: string },
  ask: Ask | undefined,
  run: Run,
): Promise<Login> {
  const answer = await runScript(interruptible(running, run.signal), await rootWayScript(), {
    timeoutMs: 60_000,
    maxBytes: factBytes,
  });
  const told = markedFacts(answer);
  if (told.one('uid') === '0') return running;
  const ways = await readRootWays(told, interruptible(running, run.signal), user);
  if ('program' in ways) {
    report(run, { type: 'debug', message: `commands run as root by ${ways.program}` });
    return asRoot(running, ways);
  }
  const found = await rootByPassword(ways, running, host, ask, run);
  if ('program' in found) return asRoot(running, found);
  for (const { why } of found) report(run, { type: 'debug', message: `no root: ${why}` });
  return { ...running, notRoot: found };
}
