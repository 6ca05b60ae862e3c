import { isCode, LevitateError, reasonOf } from '../errors.js';
import { report, warn, type Run } from '../progress.js';
import type { Ask } from '../ssh/askpass.js';
import { resolveSshConfig } from '../ssh/config.js';
import { settingsAsArguments } from '../ssh/options.js';
import { sshCommand } from '../shared/ssh-host.js';
import { withoutStop } from '../shared/without-stop.js';
import { asRoot, notPermitted, tryPassword, type Asking } from './as-root.js';
import { connectRunning, interruptible, type Connection, type Held } from './connect.js';
import { factBytes, markedFacts } from './fact-lines.js';
import { gatherRunning } from './gather-running.js';
import { passwordIn } from './password-file.js';
import type { NotRoot } from './preflight.js';
import { runScript } from './run-script.js';
import { rootWayScript } from './scripts.js';

/** How often a person may mistype the password; sudo's own number. */
const attempts = 3;

/** A connection to a running system. */
export interface Login extends Held {
  /** Why its commands do not run as root, where they do not. */
  notRoot?: NotRoot[];
}

/**
 * A connection to the device's running system whose commands run as root, by the login itself, by sudo, doas or su. Where
 * none of them gives root, the commands run as the login, which the preflight refuses with the reasons.
 * A maintenance system knows root alone: it is reached as root where it does not know the user.
 * @param options `asksForSudo`: whether the person may be asked for the password of sudo or su; by itself true
 * @throws LevitateError as `connectRunning` does; NOT_ROOT where sudo or su takes none of the passwords, USAGE where the file with
 * the password cannot be read, or can be read by others
 */
export async function connectRoot(
  connection: Connection,
  run: Run = {},
  { asksForSudo = true } = {},
): Promise<Login> {
  const { user } = await resolveSshConfig(connection.host, connection.sshConfig);
  if (user === 'root') return connectRunning(connection, [], run);
  const running = await connectRunning(connection, [], run).catch(async (error: unknown) => {
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
  const program = told.one('root-by');
  const terminal = told.one('root-terminal') === 'yes';
  if (program === 'sudo' || program === 'doas') {
    report(run, { type: 'debug', message: `commands run as root by ${program}` });
    return asRoot(running, { program, terminal });
  }
  const asking = asks.find((name) => name === told.one('root-asks'));
  const notRoot: NotRoot[] = [];
  if (asking !== undefined) {
    const way = { program: asking, terminal };
    const password = await passwordFor(way, running, host, ask, run);
    if (password !== undefined) return asRoot(running, { ...way, password });
    notRoot.push({
      why: `${asking} asks for a password`,
      advice:
        'On a terminal, levitate asks you for it; elsewhere, name a file that holds it in LEVITATE_SUDO_PASSWORD_FILE.',
    });
  }
  for (const refusal of told.all('root-refusal'))
    notRoot.push({ why: inOwnWords(refusal), ...adviceOn(refusal, user) });
  for (const { why } of notRoot) report(run, { type: 'debug', message: `no root: ${why}` });
  return { ...running, notRoot };
}

/** What a program says, which names itself most of the time. */
const inOwnWords = (refusal: string): string => withoutStop(refusal.replace(/^(\w+: )\1/, '$1'));

const asks: Asking[] = ['sudo', 'su'];

/** What would help a login of which a program wants a terminal that it cannot have. */
function adviceOn(refusal: string, user: string): Pick<NotRoot, 'advice'> {
  if (/must have a tty/.test(refusal))
    return {
      advice: `sudoers has \`Defaults requiretty\`, and the device has no script(1) of util-linux, which would give sudo a terminal. \`Defaults:${user} !requiretty\` in sudoers (visudo) lets it do without; or log in as root.`,
    };
  if (refusal.startsWith('doas') && /required|password/i.test(refusal))
    return {
      advice: `doas asks for a password on a terminal alone: \`permit nopass ${user}\` in doas.conf lets it do without; or log in as root, or install sudo.`,
    };
  return {};
}

/** The password that a program takes; nothing where nobody is there to tell it. */
async function passwordFor(
  { program, terminal }: { program: Asking; terminal: boolean },
  running: Held,
  host: string,
  ask: Connection['ask'],
  run: Run,
): Promise<string | undefined> {
  const file = process.env['LEVITATE_SUDO_PASSWORD_FILE'];
  const source: Ask | undefined = file === undefined || file === '' ? ask : () => passwordIn(file);
  if (!source) return undefined;
  const question = {
    sudo: `Password of sudo on ${host}: `,
    su: `Password of root on ${host}, for su: `,
  }[program];
  const signal = run.signal ?? new AbortController().signal;
  let said = '';
  for (let attempt = 0; attempt < (source === ask ? attempts : 1); attempt += 1) {
    const how = { again: attempt > 0, signal };
    const password = await source(question, how);
    run.signal?.throwIfAborted();
    if (password === undefined) return undefined;
    const { code, stderr } = await tryPassword(running, program, password, terminal);
    if (code === 0) return password;
    const refusal = program === 'sudo' ? notPermitted(stderr) : undefined;
    if (refusal !== undefined) throw leftOut(refusal, host);
    said = stderr.trim().split('\n').at(-1) ?? '';
    if (source === ask) warn(run, `${program} on ${host} did not take it: ${said}`);
  }
  throw new LevitateError('NOT_ROOT', `${program} on ${host} took no password: ${said}`, {
    hint: `Try it by hand: ${sshCommand(host, '-t')} ${{ sudo: 'sudo true', su: 'su' }[program]}.`,
  });
}

/** The error for a user whom sudoers leaves out. */
const leftOut = (refusal: string, host: string): LevitateError =>
  new LevitateError(
    'NOT_ROOT',
    `sudo on ${host} lets this user run nothing: ${withoutStop(refusal)}`,
    {
      hint: 'Log in as root or as a user with sudo; or let this one, as root on the device, by the group of its sudoers: `usermod -aG sudo USER` on Debian, `usermod -aG wheel USER` elsewhere.',
    },
  );
