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
import type { Ask } from '../../ssh/askpass.js';
import { runScript } from '../../device/run-script.js';
import { durationInWords } from '../../shared/duration.js';
import { quote } from '../../shared/shell-quote.js';
import { fingerprint } from '../../ssh/host-keys.js';
import type { Transport } from '../../ssh/transport.js';
import { isCode, LevitateError, reasonOf, type ErrorCode } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import { inPhase, warn, type Run } from '../../progress.js';
import { Denials, loginDenied } from './denials.js';
import { withPresentedKeys } from './presented-keys.js';
import { waitFor } from '../wait-for.js';
import { secondsSince } from '../../shared/seconds-since.js';
import { timeBound } from '../../shared/time-bound.js';

/** What is needed to confirm a system. */
export interface ConfirmOptions extends Connection {
  /** The entry that the device is leaving. */
  session: Session;
  /** The boot id of the maintenance system, which the new system must not have. */
  oldBootId: string;
  /** What the profile says of the new system. */
  confirm: Profile['confirm'];
  /** The expected build, in place of the profile's `confirm.build.expect`. */
  expectBuild?: string;
  /** Whether a new system is awaited. False means the old one, whose host key and build have not changed. */
  isNew: boolean;
}

/** What is known of the awaited system, once it came up. */
export interface Confirmed {
  /** The boot id of its kernel. */
  bootId: string;
  /** The output of the profile's `confirm.build.read`, where the profile has it. */
  build?: string;
  /** Seconds until it came up. */
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

async function waitForSystem(given: ConfirmOptions, run: Run): Promise<Answer> {
  const { host, confirm, isNew, session } = given;
  // Nobody may be there any more, and the bound on waiting must hold.
  using end = timeBound(confirm.timeoutSeconds, run.signal);
  const { ask } = given;
  const bounded: Ask | undefined =
    ask &&
    ((question, { again, signal }) =>
      ask(question, { again, signal: AbortSignal.any([signal, end.signal]) }));
  const options = bounded ? { ...given, ask: bounded } : given;
  const awaited = { host, user: session.user, isNew };
  const denials = new Denials(awaited, run);
  let last: unknown;
  const found = await waitFor(run, 'confirm', confirm.timeoutSeconds, async (because) => {
    try {
      return await meet(options, run);
    } catch (error) {
      // A system that is still booting may refuse every login, or close the connection early.
      if (!isNotThereYet(error) && !isCode(error, 'REMOTE_FAILED')) throw error;
      last = error;
      because(error.message);
      const refusal = isNew && final.has(error.code);
      if (!refusal && error.code !== 'AUTH_FAILED') return denials.forget();
      // The system that refuses the login may still be the maintenance system, on its way down.
      if (await isStillThere(session, run)) {
        last = new Error('the maintenance system still answers');
        because(reasonOf(last));
        return denials.forget();
      }
      if (refusal) throw foreign(host, error);
      denials.count(error);
      return undefined;
    }
  });
  if (found) return found;
  if (isCode(last, 'AUTH_FAILED') || isCode(last, 'LOGIN_RESTRICTED'))
    throw loginDenied(awaited, last);
  throw new LevitateError(
    'RECONNECT_TIMEOUT',
    `${host} was not back after ${durationInWords(confirm.timeoutSeconds)}`,
    {
      hint: `${isNew ? 'What was written was read back whole. ' : ''}levitate leave ${host} waits again; levitate status ${host} looks where it is; the device's console may tell more.${last === undefined ? '' : ` The last attempt: ${reasonOf(last)}.`}`,
    },
  );
}

/** The errors of a new system that waiting would not change. */
const final: ReadonlySet<ErrorCode> = new Set([
  'HOST_KEY_CHANGED',
  'HOST_KEY_UNKNOWN',
  'SSH_ALGORITHMS',
]);

/** Reports an interruption while the device reboots as NOT_CONFIRMED: nobody knows yet which system came up. */
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
      hint: `It is rebooting. levitate leave ${host} waits for it again and confirms it; levitate status ${host} tells where it is.`,
      cause,
    });
  }
}

/** Makes one attempt, and tells the person which host key the system presented, unless it is the one from before. */
async function meet(options: ConfirmOptions, run: Run): Promise<Answer | undefined> {
  const { isNew, confirm, session } = options;
  if (!isNew || confirm.hostKey !== 'changes') return look(options, [], run);
  const { value, keys, name } = await withPresentedKeys((trust) => look(options, trust, run));
  if (value === undefined) return undefined;
  const known = session.hostKeys.map(fingerprint);
  if (keys.every((key) => known.includes(key))) return value;
  const message = `The new system presented the host key ${keys.join(', ')}. If that is right, forget the old one: ssh-keygen -R ${quote(name ?? options.host)}`;
  warn(run, message);
  return value;
}

/** Looks once at the system that answers; undefined while it is not the awaited one. */
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

/** Connects to the device by its name, or, where the name cannot be resolved now, by the address that it had before. */
async function openNamed(
  { session, ...options }: ConfirmOptions,
  trust: string[],
  run: Run,
): Promise<Held> {
  const { interactive = false, ...rest } = options;
  const connection = { ...rest, interactive: interactive && rest.ask !== undefined };
  try {
    return await connectRunning(connection, trust, run);
  } catch (error) {
    const { address } = session;
    if (address === undefined || !isCode(error, 'HOST_UNREACHABLE')) throw error;
    if (error.data?.['unresolved'] !== true) throw error;
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

/** The first line that the profile's `confirm.build.read` prints on a device; undefined where it fails. */
export async function readBuild(
  transport: Transport,
  command: string[],
): Promise<string | undefined> {
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
