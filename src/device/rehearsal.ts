import { isCode, LevitateError, reasonOf } from '../errors.js';
import { commandStream } from '../ssh/command-stream.js';
import { markedFacts } from './fact-lines.js';
import { hookCommand, lastLineOf, type Stage } from './hook.js';
import { runScript } from './run-script.js';
import { connectSsh2 } from '../ssh/ssh2.js';
import type { Transport } from '../ssh/transport.js';

/** What opens the maintenance sshd, and what it is recognised by. */
export interface Entrance {
  /** The key of this entry, OpenSSH PEM. */
  privateKey: string;
  /** Public host keys that it presents, one line each. */
  hostKeys: string[];
}

const unchanged = 'Nothing was armed and nothing on the device has changed.';
const otherSshd =
  "The sshd comes from the first source in the profile's root.from that has one: with debian first it is Debian's.";

/**
 * Starts the new root's programs in a chroot and logs in to its sshd with the key of this entry, before anything
 * depends on them.
 * @throws LevitateError REHEARSAL_FAILED; REMOTE_FAILED where what it tells is no fact
 */
export async function rehearse(
  transport: Transport,
  stage: Stage,
  entrance: Entrance,
): Promise<void> {
  await rehearsePrograms(transport, stage);
  await rehearseLogin(transport, hookCommand(stage, 'rehearse-login'), entrance);
}

/**
 * Starts the new root's programs in a chroot, and compares its files with those that were built.
 * @throws LevitateError REHEARSAL_FAILED; REMOTE_FAILED where what it tells is no fact
 */
export async function rehearsePrograms(transport: Transport, stage: Stage): Promise<void> {
  const answer = await runScript(transport, hookCommand(stage, 'rehearse'), {
    timeoutMs: 300_000,
  });
  const { one } = markedFacts(answer);
  if (answer.code === 0 && one('rehearsed') === 'yes') return;
  const reason = one('rehearsal-failed') || lastLineOf(answer.stderr);
  throw new LevitateError(
    'REHEARSAL_FAILED',
    `the maintenance root does not work here: ${reason}`,
    { hint: unchanged },
  );
}

/**
 * Logs in to the sshd that `command` runs on the device with its standard input and output as the client's. No port of
 * the device is reached for it, and the key does not leave this machine.
 * @throws LevitateError REHEARSAL_FAILED with what the sshd said; CONNECTION_LOST
 */
export async function rehearseLogin(
  transport: Transport,
  command: string,
  entrance: Entrance,
): Promise<void> {
  const { stream, ended } = commandStream(transport, command, { timeoutMs: 120_000 });
  let failure: unknown;
  try {
    const inside = await connectSsh2({
      ...{ host: 'loopback', port: 22, user: 'root' },
      ...entrance,
      stream,
      // A slow processor takes seconds for the keys alone.
      readyTimeoutMs: 60_000,
    });
    try {
      const { code, stderr } = await inside.exec('true', { timeoutMs: 60_000 });
      if (code !== 0) failure = new Error(`its login shell ended with status ${code}: ${stderr}`);
    } finally {
      await inside.close();
    }
  } catch (error) {
    failure = error;
  } finally {
    stream.destroy();
  }
  const { code, stderr } = await ended;
  if (failure === undefined && code === 0) return;
  const denied = isCode(failure, 'AUTH_FAILED');
  const what = denied
    ? 'the maintenance sshd would not let the key of this entry in'
    : 'nobody could log in to the maintenance sshd';
  const otherwise = denied ? 'it did not say why' : reasonOf(failure ?? `status ${code}`);
  const said = saidOfItself(stderr) || otherwise;
  throw new LevitateError('REHEARSAL_FAILED', `${what}: ${said}`, {
    hint: `${unchanged} ${otherSshd}`,
    cause: failure,
    data: { stderr: stderr.slice(-2000) },
  });
}

/** What dropbear said beyond that it runs and that somebody came and went, without process ids and dates. */
const saidOfItself = (stderr: string): string =>
  stderr
    .split('\n')
    .map((line) => line.replace(/^\[\d+\] \w{3} +\d+ [\d:]+ /, '').trim())
    .filter((line) => line !== '' && !ordinary.test(line))
    .join('; ');

const ordinary =
  /^(Not backgrounding|Child connection from|Pubkey auth succeeded|Exit before auth|Exit \(root\))/;
