import {
  interruptible,
  isNotThereYet,
  connectMaintenance,
  type Connection,
  type Held,
} from '../../device/connect.js';
import type { Watched } from '../../device/watch.js';
import { connectRoot } from '../../device/root-login.js';
import type { Facts } from '../../device/facts.js';
import { gatherFacts } from '../../device/gather-facts.js';
import { stageOfEntry, unstage } from '../../device/hook.js';
import { shownReason } from '../../device/reboot-reason.js';
import type { Session } from '../../device/session.js';
import type { Ask } from '../../ssh/askpass.js';
import type { Transport } from '../../ssh/transport.js';
import { isCode, LevitateError, reasonOf } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import { inform, inPhase, warn, type Run } from '../../progress.js';
import { durationInWords } from '../../shared/duration.js';
import { Maintenance } from '../maintenance.js';
import { waitFor } from '../wait-for.js';
import { shutdownSeconds } from './takeover.js';
import { verifyReleased } from './verify-released.js';

/**
 * How long an SSH server may refuse the key of the entry until that counts as the answer of the old system, in seconds. One that
 * is shutting down ends sooner.
 */
const oldSystemSeconds = 60;

/** What is needed to wait for a device in maintenance. */
export interface TakeoverContext {
  /** How the person reaches the old system. */
  options: Connection;
  /** The entry that was triggered. */
  session: Session;
  /** The facts of the old system from before the trigger. */
  facts: Facts;
  /** The profile that the maintenance system was built from. */
  profile: Profile;
  /** The connection to the old system, which ends when that system does. */
  running: Transport;
  /** The watch over that connection, from before the trigger. */
  watched: Watched;
  /** Who is told of progress, and the signal that stops it. */
  run: Run;
}

/**
 * Waits until the maintenance sshd answers, and verifies that the old system was released.
 * @throws LevitateError ENTER_FAILED when the device is back in its old system, RECONNECT_TIMEOUT when it is silent
 */
export async function waitForMaintenance(context: TakeoverContext): Promise<Maintenance> {
  const { run, session, profile } = context;
  const alone = durationInWords(profile.safety.contactTimeoutSeconds);
  inform(
    run,
    `Without contact, ${session.host} goes back to its old system by itself, ${alone} after it is in maintenance.`,
  );
  try {
    const first = await inPhase(run, 'wait', () => firstContact(context));
    const { transport, status } = await inPhase(run, 'release', () =>
      verifyReleased(first, session, run),
    );
    for (const failed of status.modules_failed) warn(run, `kernel module ${failed}`);
    return new Maintenance(session, transport, status, profile);
  } catch (error) {
    if (!run.signal?.aborted) throw error;
    throw new LevitateError(
      'INTERRUPTED_IN_MAINTENANCE',
      `interrupted while ${session.host} was on its way into maintenance; nothing was written`,
      {
        hint: `The same command again carries on. Without contact, it goes back to its old system by itself, ${alone} after it is in maintenance. levitate status ${session.host} tells where it is.`,
        cause: error,
      },
    );
  }
}

async function firstContact(context: TakeoverContext): Promise<Held> {
  const { session, facts, profile, running, watched, options, run } = context;
  const { signal } = run;
  // Trying the key of the entry on the old sshd could look like an attack to it.
  if (!(await watched.isGoneWithin(shutdownSeconds))) {
    signal?.throwIfAborted();
    await unstage(running, stageOfEntry(facts, session.entryId));
    throw new LevitateError('ENTER_FAILED', 'the running system did not shut down', {
      hint: 'It was disarmed and runs as before. A service that refuses to stop is a usual reason.',
    });
  }
  let looks = 0;
  let refusedSince: number | undefined;
  const bound = profile.safety.contactTimeoutSeconds + shutdownSeconds;
  const found = await waitFor(run, 'wait', bound, async (because) => {
    looks += 1;
    try {
      return await connectMaintenance(session, run);
    } catch (error) {
      if (!isNotThereYet(error)) throw error;
      // The host keys are right: only the old system has them as well, and does not know the key of the entry.
      const refused = isCode(error, 'AUTH_FAILED');
      because(refused ? 'an SSH server answers that does not know this entry' : reasonOf(error));
      refusedSince = refused ? (refusedSince ?? performance.now()) : undefined;
    }
    if (looks % 10 === 0) await refuseIfBack(options, facts.bootId, session.entryId, run);
    if (refusedSince !== undefined && performance.now() - refusedSince > oldSystemSeconds * 1000)
      throw isBack('its SSH server answers, and does not know this entry');
    return undefined;
  });
  if (found) return found;
  throw new LevitateError(
    'RECONNECT_TIMEOUT',
    `${session.host} has not answered for ${durationInWords(bound)}`,
    {
      hint: 'Nothing was written to its flash: a power cycle boots its old system.',
    },
  );
}

/** Refuses a device that is back in its old system: there, a new boot id means that it rebooted by itself. */
async function refuseIfBack(
  options: Connection,
  oldBootId: string,
  entryId: string,
  run: Run,
): Promise<void> {
  let facts: Facts;
  try {
    const quiet = {
      ...options,
      ...(options.ask ? { ask: known(options.ask) } : { interactive: false }),
    };
    await using running = await connectRoot(quiet, run, { asksForSudo: false });
    facts = await gatherFacts(interruptible(running, run.signal));
  } catch (error) {
    if (isNotThereYet(error) || isCode(error, 'REMOTE_FAILED')) return;
    throw error;
  }
  if (facts.state !== 'normal' || facts.bootId === oldBootId) return;
  throw isBack(shownReason(facts.rebootReason, entryId));
}

/** Gives the answers that the person has typed already, and asks for no other: nobody may be there any more. */
const known =
  (ask: Ask): Ask =>
  (question, { again }) =>
    again ? Promise.resolve(undefined) : ask(question, { again, signal: AbortSignal.abort() });

const isBack = (reason: string | undefined): LevitateError =>
  new LevitateError(
    'ENTER_FAILED',
    `the device has gone back to its old system${reason === undefined ? '' : `: ${reason}`}`,
    {
      hint: 'Nothing was written. Its console, or pstore where the kernel has it, keeps the reason.',
    },
  );
