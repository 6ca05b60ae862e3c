import {
  interruptible,
  isNotThereYet,
  connectMaintenance,
  type Held,
} from '../../device/connect.js';
import { callFlasher, flasherStatus, type FlasherStatus } from '../../device/flasher.js';
import { describeHolders } from '../../protocol/describe-holder.js';
import type { Session } from '../../device/session.js';
import { poll } from '../../shared/poll.js';
import { LevitateError, reasonOf } from '../../errors.js';
import type { Run } from '../../progress.js';

const ramFileSystems = new Set(['tmpfs', 'ramfs', 'rootfs']);

/** How long the release may take, with stalls of the link, in seconds. */
const releaseSeconds = 120;

/**
 * Asks the flasher until the release has ended, and refuses a device that still holds something of the old system.
 * Where the connection is lost meanwhile, it asks over a new one.
 * @returns the connection, which stays open, and what the flasher said
 * @throws LevitateError ENTER_FAILED, after which the device reboots; RECONNECT_TIMEOUT
 */
export async function verifyReleased(
  first: Held,
  session: Session,
  run: Run,
): Promise<{ transport: Held; status: FlasherStatus }> {
  let link: Held | undefined = first;
  let lost: unknown;
  try {
    const status = await poll(
      async () => {
        try {
          link ??= await connectMaintenance(session, run);
          const now = await flasherStatus(interruptible(link, run.signal));
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
      releaseSeconds,
      run.signal,
    );
    const reason = maintenanceFault(status, session);
    if (!link) throw connectionLost(session.host, lost);
    if (status && reason === undefined) return { transport: link, status };
    await callFlasher(link, ['leave']);
    throw new LevitateError('ENTER_FAILED', `the device is not off its flash: ${reason}`, {
      hint: 'Nothing was written, and it is rebooting into its old system.',
      data: { held: status?.held },
    });
  } catch (error) {
    await link?.close();
    throw error;
  }
}

const connectionLost = (host: string, cause: unknown): LevitateError =>
  new LevitateError('RECONNECT_TIMEOUT', `${host} was in maintenance, and answers no more`, {
    hint: `Nothing was written: it goes back to its old system by itself. levitate status ${host} tells where it is. The last attempt: ${reasonOf(cause)}.`,
    cause,
  });

/** Says why nothing may be written from this maintenance system, or nothing where it may. Pure. */
export function maintenanceFault(
  status: FlasherStatus | undefined,
  session: Session,
): string | undefined {
  if (!status) return 'it did not finish letting go of the old system';
  if (status.entry !== session.entryId) return 'another entry has taken place';
  if (session.bootId !== undefined && status.boot_id !== session.bootId && !status.rescue)
    return 'its kernel was started anew';
  if (!ramFileSystems.has(status.root)) return `PID 1 stands on ${status.root}`;
  if (status.held.length > 0) return describeHolders(status.held);
  return undefined;
}
