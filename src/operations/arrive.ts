import {
  interruptible,
  isNotThereYet,
  openMaintenance,
  openRunning,
  waitUntilGone,
  type Connection,
  type Held,
} from '../device/connect.js';
import { gatherFacts, type Facts } from '../device/facts.js';
import { callFlasher, flasherStatus, type FlasherStatus } from '../device/flasher.js';
import { stageOf, unstage } from '../device/hook.js';
import { wordsOf } from '../device/last-words.js';
import type { Session } from '../device/session.js';
import type { Transport } from '../device/transport.js';
import { poll } from '../device/wait.js';
import { isCode, LevitateError, reasonOf } from '../errors.js';
import type { Profile } from '../profile/profile.js';
import { inPhase, type Emit } from '../progress.js';

export interface Arrival {
  options: Connection;
  session: Session;
  facts: Facts;
  profile: Profile;
  /** The connection to the old system, which ends when that system does. */
  running: Transport;
  emit: Emit;
  signal?: AbortSignal;
}

/** Longest orderly shutdown that is waited for: systemd grants a service 90 s, twice. */
const shutdownSeconds = 300;

/**
 * Waits until the maintenance sshd answers, and proves that nothing stands on the flash.
 * @throws LevitateError ENTER_FAILED when the device is back in its old system, NEVER_CAME_BACK when it is silent
 */
export async function arrive(arrival: Arrival): Promise<void> {
  const { emit, session, signal } = arrival;
  try {
    const first = await inPhase(emit, 'wait', () => waitForMaintenance(arrival));
    const status = await inPhase(emit, 'prove', () => prove(first, session, signal));
    for (const failed of status.modules_failed ?? [])
      emit({ type: 'note', level: 'warning', message: `kernel module ${failed}` });
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new LevitateError(
      'INTERRUPTED_IN_MAINTENANCE',
      `interrupted while ${session.host} was on its way into maintenance; nothing was written`,
      {
        hint: `It goes back to its old system by itself after ${arrival.profile.safety.contactTimeoutSeconds} s without contact. levitate status ${session.host} tells where it is.`,
        cause: error,
      },
    );
  }
}

async function waitForMaintenance(arrival: Arrival): Promise<Held> {
  const { session, facts, profile, running, options, signal } = arrival;
  // While the old sshd answers, trying our key on it could look like an attack to it.
  if (!(await waitUntilGone(running, shutdownSeconds, signal))) {
    signal?.throwIfAborted();
    await unstage(running, stageOf(facts));
    throw new LevitateError('ENTER_FAILED', 'the running system did not shut down', {
      hint: 'It was disarmed and runs as before. A service that refuses to stop is a usual reason.',
    });
  }
  let looks = 0;
  const bound = profile.safety.contactTimeoutSeconds + shutdownSeconds;
  const found = await poll(
    async () => {
      looks += 1;
      try {
        return await openMaintenance(session, signal);
      } catch (error) {
        if (!isNotThereYet(error)) throw error;
      }
      if (looks % 10 === 0) await refuseIfBack(options, facts.bootId, session.entryId, signal);
      return undefined;
    },
    bound,
    signal,
  );
  if (found) return found;
  throw new LevitateError('NEVER_CAME_BACK', `${session.host} has not answered for ${bound} s`, {
    hint: 'Nothing was written to its flash: a power cycle boots its old system.',
  });
}

/** A new boot id in a normal system means that the device has turned back by itself. */
async function refuseIfBack(
  options: Connection,
  oldBootId: string,
  entryId: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  let facts: Facts;
  try {
    await using running = await openRunning({ ...options, interactive: false }, [], signal);
    facts = await gatherFacts(interruptible(running, signal));
  } catch (error) {
    if (isNotThereYet(error) || isCode(error, 'REMOTE_FAILED')) return;
    throw error;
  }
  if (facts.state !== 'normal' || facts.bootId === oldBootId) return;
  const words = wordsOf(facts.lastWords, entryId);
  const reason = words === undefined ? '' : `: ${words}`;
  throw new LevitateError('ENTER_FAILED', `the device has gone back to its old system${reason}`, {
    hint: 'Nothing was written. Its console, or pstore where the kernel has it, keeps the reason.',
  });
}

const ramFileSystems = new Set(['tmpfs', 'ramfs', 'rootfs']);

/** How long the maintenance system may take to let go of the old one, stalls of the link included, in seconds. */
const proveSeconds = 120;

/**
 * Asks the flasher until it has let go of the old system, and refuses a device that has not. Where the link is lost over
 * it, the device is asked again over a new one.
 */
async function prove(first: Held, session: Session, signal?: AbortSignal): Promise<FlasherStatus> {
  let link: Held | undefined = first;
  let lost: unknown;
  try {
    const status = await poll(
      async () => {
        try {
          link ??= await openMaintenance(session, signal);
          const now = await flasherStatus(interruptible(link, signal));
          lost = undefined;
          return now.phase === 'starting' ? undefined : now;
        } catch (error) {
          if (!isNotThereYet(error)) throw error;
          lost = error;
          await link?.close();
          link = undefined;
          return undefined;
        }
      },
      proveSeconds,
      signal,
    );
    const reason = unproven(status, session);
    if (status && reason === undefined) return status;
    if (!link) throw contactLost(session.host, lost);
    await callFlasher(link, ['leave']);
    throw new LevitateError('ENTER_FAILED', `the device is not off its flash: ${reason}`, {
      hint: 'Nothing was written, and it is rebooting into its old system.',
      data: { held: status?.held },
    });
  } finally {
    await link?.close();
  }
}

const contactLost = (host: string, cause: unknown): LevitateError =>
  new LevitateError('NEVER_CAME_BACK', `${host} was in maintenance, and answers no more`, {
    hint: `Nothing was written: it goes back to its old system by itself. levitate status ${host} tells where it is. The last attempt: ${reasonOf(cause)}.`,
    cause,
  });

/** Why a maintenance system must not be trusted with its flash, or nothing. */
export function unproven(status: FlasherStatus | undefined, session: Session): string | undefined {
  if (!status) return 'it did not finish letting go of the old system';
  if (status.entry !== session.entryId) return 'another entry has taken place';
  if (session.bootId !== undefined && status.boot_id !== session.bootId)
    return 'its kernel was started anew';
  if (!ramFileSystems.has(status.root)) return `PID 1 stands on ${status.root}`;
  if (status.held.length > 0) return status.held.join(', ');
  return undefined;
}
