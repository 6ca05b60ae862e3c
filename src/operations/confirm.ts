import { isNotThereYet, openRunning, type Connection } from '../device/connect.js';
import { gatherFacts } from '../device/facts.js';
import { quote, type Transport } from '../device/transport.js';
import { poll } from '../device/wait.js';
import { isCode, LevitateError, reasonOf } from '../errors.js';
import type { Profile } from '../profile/profile.js';
import { inPhase, type Emit } from '../progress.js';
import { withTrust } from './trust.js';

export interface ConfirmOptions extends Connection {
  /** Boot id that the new system must not have. */
  oldBootId: string;
  confirm: Profile['confirm'];
  /** In place of the profile's `confirm.build.expect`. */
  expectBuild?: string;
  /** False when the old system is awaited: its host key and its build are what they were. */
  isNew: boolean;
}

export interface Confirmed {
  bootId: string;
  /** What the profile's `confirm.build.read` printed, if it is there. */
  build?: string;
  seconds: number;
}

interface Answer {
  transport: Transport;
  bootId: string;
}

/**
 * Waits until the device answers in a system of its own with a new boot id, and reads its build.
 * @throws LevitateError NEVER_CAME_BACK, NOT_CONFIRMED
 */
export async function confirmSystem(
  options: ConfirmOptions,
  emit: Emit,
  signal?: AbortSignal,
): Promise<Confirmed> {
  const started = performance.now();
  const { host, confirm, isNew } = options;
  const { transport, bootId } = await inPhase(emit, 'confirm', () =>
    untilStopped(host, signal, () =>
      withTrust(host, isNew && confirm.hostKey === 'changes', emit, (trust) =>
        waitForSystem(options, trust, signal),
      ),
    ),
  );
  try {
    const build =
      confirm.build && isNew ? await readBuild(transport, confirm.build.read) : undefined;
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
      seconds: Math.round(performance.now() - started) / 1000,
    };
  } finally {
    await transport.close();
  }
}

async function waitForSystem(
  options: ConfirmOptions,
  trust: string[],
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { host, confirm, isNew } = options;
  let last: unknown;
  const found = await poll(
    async () => {
      try {
        return await look(options, trust);
      } catch (error) {
        // A system that is still booting may let nobody in, or close the connection half-way.
        if (!isNotThereYet(error) && !isCode(error, 'REMOTE_FAILED')) throw error;
        if (isNew && isCode(error, 'HOST_KEY_CHANGED')) throw foreignKey(host, error);
        last = error;
        return undefined;
      }
    },
    confirm.timeoutSeconds,
    signal,
  );
  if (found) return found;
  throw new LevitateError(
    'NEVER_CAME_BACK',
    `${host} was not back after ${confirm.timeoutSeconds} s`,
    {
      hint: `${isNew ? 'What was written was read back whole. ' : ''}levitate status ${host} looks again; the device's console may tell more.${last === undefined ? '' : ` The last attempt: ${reasonOf(last)}.`}`,
    },
  );
}

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

/** One attempt; undefined while the answering system is not the awaited one. */
async function look(options: ConfirmOptions, trust: string[]): Promise<Answer | undefined> {
  const transport = await openRunning({ ...options, interactive: false }, trust);
  try {
    const facts = await gatherFacts(transport);
    if (facts.state === 'normal' && facts.bootId !== options.oldBootId) {
      return { transport, bootId: facts.bootId };
    }
  } catch (error) {
    await transport.close();
    throw error;
  }
  await transport.close();
  return undefined;
}

async function readBuild(transport: Transport, command: string[]): Promise<string | undefined> {
  const result = await transport.exec(command.map(quote).join(' '), { timeoutMs: 30_000 });
  return result.code === 0 ? result.stdout.trim().split('\n')[0] : undefined;
}

const foreignKey = (host: string, cause: unknown): LevitateError =>
  new LevitateError('NOT_CONFIRMED', `${host} answers with another SSH host key than before`, {
    hint: 'If the new system makes its own, say so in the profile: confirm.host-key: changes. Else find out who answers there.',
    cause,
  });
