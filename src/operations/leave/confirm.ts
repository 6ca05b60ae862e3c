import {
  byAddress,
  interruptible,
  isNotThereYet,
  connectMaintenance,
  connectRunning,
  type Connection,
  type Held,
} from '../../device/connect.js';
import { gatherRunning } from '../../device/gather-running.js';
import type { Session } from '../../device/session.js';
import { runScript } from '../../device/run-script.js';
import { quote } from '../../shared/shell-quote.js';
import type { Transport } from '../../ssh/transport.js';
import { poll } from '../../shared/poll.js';
import { isCode, LevitateError, reasonOf, type ErrorCode } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import { inPhase, warn, type Run } from '../../progress.js';
import { Denials, loginDenied } from './denials.js';
import { withPresentedKeys } from './presented-keys.js';
import { secondsSince } from '../../shared/seconds-since.js';

/** What confirming a system takes. */
export interface ConfirmOptions extends Connection {
  /** The entry that the device is leaving. */
  session: Session;
  /** Boot id that the new system must not have. */
  oldBootId: string;
  /** What the profile says of the new system. */
  confirm: Profile['confirm'];
  /** In place of the profile's `confirm.build.expect`. */
  expectBuild?: string;
  /** False when the old system is awaited: its host key and its build are what they were. */
  isNew: boolean;
}

/** A system that came up and was the awaited one. */
export interface Confirmed {
  /** The boot id of its kernel. */
  bootId: string;
  /** What the profile's `confirm.build.read` printed, if it is there. */
  build?: string;
  /** Seconds that were waited for it. */
  seconds: number;
}

interface Answer {
  transport: Held;
  bootId: string;
}

/**
 * Waits until the device answers in a system of its own with a new boot id, and reads its build.
 * @throws LevitateError RECONNECT_TIMEOUT, NOT_CONFIRMED
 */
export async function confirmSystem(options: ConfirmOptions, run: Run): Promise<Confirmed> {
  const started = performance.now();
  const { host, confirm, isNew } = options;
  const { transport, bootId } = await inPhase(run, 'confirm', () =>
    untilStopped(host, run.signal, () => waitForSystem(options, run)),
  );
  await using answering = transport;
  const build = confirm.build && isNew ? await readBuild(answering, confirm.build.read) : undefined;
  const expected = options.expectBuild ?? confirm.build?.expect;
  if (isNew && expected !== undefined && build !== expected) {
    throw new LevitateError(
      'NOT_CONFIRMED',
      `${host} runs build ${build ?? 'unknown'}, ${expected} was expected`,
      {
        hint: 'The image was written and read back whole: is it the right one, and did the boot loader choose it?',
        data: { build, expected },
      },
    );
  }
  return {
    bootId,
    ...(build === undefined ? {} : { build }),
    seconds: secondsSince(started),
  };
}

async function waitForSystem(options: ConfirmOptions, run: Run): Promise<Answer> {
  const { host, confirm, isNew, session } = options;
  const denials = new Denials(host, run);
  let last: unknown;
  const found = await poll(
    async () => {
      try {
        return await meet(options, run);
      } catch (error) {
        // A system that is still booting may let nobody in, or close the connection half-way.
        if (!isNotThereYet(error) && !isCode(error, 'REMOTE_FAILED')) throw error;
        last = error;
        const refusal = isNew && final.has(error.code);
        if (!refusal && error.code !== 'AUTH_FAILED') return denials.forget();
        // What refuses us may be the maintenance system, on its way down.
        if (await isStillThere(session, run)) {
          last = new Error('the maintenance system still answers');
          return denials.forget();
        }
        if (refusal) throw foreign(host, error);
        denials.count(error);
        return undefined;
      }
    },
    confirm.timeoutSeconds,
    run.signal,
  );
  if (found) return found;
  if (isCode(last, 'AUTH_FAILED')) throw loginDenied(host, last);
  throw new LevitateError(
    'RECONNECT_TIMEOUT',
    `${host} was not back after ${confirm.timeoutSeconds} s`,
    {
      hint: `${isNew ? 'What was written was read back whole. ' : ''}levitate status ${host} looks again; the device's console may tell more.${last === undefined ? '' : ` The last attempt: ${reasonOf(last)}.`}`,
    },
  );
}

/** What a new system answers that waiting would not change. */
const final: ReadonlySet<ErrorCode> = new Set([
  'HOST_KEY_CHANGED',
  'HOST_KEY_UNKNOWN',
  'SSH_ALGORITHMS',
]);

/** Ctrl-C while the device reboots: nobody has seen yet what came up. */
async function untilStopped<T>(
  host: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!signal?.aborted) throw cause;
    throw new LevitateError('NOT_CONFIRMED', `interrupted before ${host} had come up`, {
      hint: `It is rebooting. levitate status ${host} tells where it is.`,
      cause,
    });
  }
}

/** One attempt, and what the person has to know of who was met. */
async function meet(options: ConfirmOptions, run: Run): Promise<Answer | undefined> {
  const { isNew, confirm } = options;
  if (!isNew || confirm.hostKey !== 'changes') return look(options, [], run);
  const { value, keys, name } = await withPresentedKeys((trust) => look(options, trust, run));
  if (value === undefined) return undefined;
  const message = `The new system presented the host key ${keys.join(', ')}. If that is right, forget the old one: ssh-keygen -R ${quote(name ?? options.host)}`;
  warn(run, message);
  return value;
}

/** Undefined while the answering system is not the awaited one. */
async function look(
  options: ConfirmOptions,
  trust: string[],
  run: Run,
): Promise<Answer | undefined> {
  const transport = await openNamed(options, trust, run);
  try {
    const running = await gatherRunning(interruptible(transport, run.signal));
    if (running.state === 'normal' && running.bootId !== options.oldBootId)
      return { transport, bootId: running.bootId };
  } catch (error) {
    await transport.close();
    throw error;
  }
  await transport.close();
  return undefined;
}

/** By its name; where nobody knows that name now, by the address that it had before. */
async function openNamed(
  { session, ...options }: ConfirmOptions,
  trust: string[],
  run: Run,
): Promise<Held> {
  const connection = { ...options, interactive: false };
  try {
    return await connectRunning(connection, trust, run);
  } catch (error) {
    const { address } = session;
    if (address === undefined || !isCode(error, 'HOST_UNREACHABLE')) throw error;
    if (!error.message.includes('Could not resolve')) throw error;
    return connectRunning(connection, [...trust, ...(await byAddress(connection, address))], run);
  }
}

/** Whether the maintenance system is the one that answers. */
async function isStillThere(session: Session, run: Run): Promise<boolean> {
  try {
    await using _ = await connectMaintenance(session, run);
    return true;
  } catch (error) {
    if (!isNotThereYet(error)) throw error;
    return false;
  }
}

async function readBuild(transport: Transport, command: string[]): Promise<string | undefined> {
  const { code, stdout } = await runScript(transport, command.map(quote).join(' '), {
    timeoutMs: 30_000,
  });
  return code === 0 ? stdout.toString().trim().split('\n')[0] : undefined;
}

const foreign = (host: string, cause: LevitateError): LevitateError =>
  cause.code === 'SSH_ALGORITHMS'
    ? new LevitateError('NOT_CONFIRMED', cause.message, {
        ...(cause.hint === undefined ? {} : { hint: cause.hint }),
        data: { reason: cause.code },
        cause,
      })
    : new LevitateError('NOT_CONFIRMED', `${host} answers with another SSH host key than before`, {
        hint: 'If the new system makes its own, say so in the profile: confirm.host-key: changes. Else find out who answers there.',
        data: { reason: cause.code },
        cause,
      });
