import type { Connection } from '../../device/connect.js';
import { forgetSession } from '../../device/session.js';
import { isCode, reasonOf } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import { inPhase, warn, type Run } from '../../progress.js';
import { isCompatible } from '../../protocol/compatible.js';
import type { StatusCore } from '../../protocol/status.js';
import { attachAny } from '../attach.js';
import { stoppable } from '../interrupt.js';
import { checkLocalMachine } from '../local-machine.js';
import { Maintenance } from '../maintenance.js';
import { beforeLeaving } from '../network-rescue/contact.js';
import { settleKept } from '../keep/put.js';
import { settleVolumes } from '../keep-volumes/put.js';
import { agreeToForce, type ConfirmForce } from './agree-to-force.js';
import { confirmSystem, type Confirmed } from './confirm.js';
import { leftDevice, noteLeft, type Left } from './left.js';
import { tellToLeave, type LeaveOrder } from './tell-to-leave.js';

export type { ConfirmForce, HalfWritten } from './agree-to-force.js';

/** What `leave` takes. */
export interface LeaveOptions extends Connection, LeaveOrder {
  /** Asks whether to go on with `force` where something is half written; without it, it goes on. */
  confirmForce?: ConfirmForce;
  /** The build that the new system must report. */
  expectBuild?: string;
}

/** What `leave` gives. */
export interface LeaveResult extends Confirmed {
  /** The device, as it was named. */
  host: string;
  /** Whether the system that answers is a new one, because the flash was written to. */
  isNew: boolean;
}

/**
 * Reboots a device out of maintenance, waits for it, and confirms the system that comes up. A device that was told before, and whose
 * system nobody has confirmed since, is confirmed.
 * @throws LevitateError LEAVE_REFUSED, DECLINED, LEASE_LOST, NOT_IN_MAINTENANCE, RECONNECT_TIMEOUT, NOT_CONFIRMED
 */
export async function leave(options: LeaveOptions, run: Run = {}): Promise<LeaveResult> {
  await checkLocalMachine('nothing');
  const attached = await stoppable(run.signal, interruption(options.host), () =>
    attachOrLeft(options, run),
  );
  if (!(attached instanceof Maintenance)) return await confirmLeft(attached, options, run);
  await using maintenance = attached;
  return await leaveMaintenance(maintenance, options, run);
}

/** The device in maintenance; or as it was told to leave, where it is not there any more. */
async function attachOrLeft(
  options: LeaveOptions,
  run: Run,
): Promise<Maintenance<StatusCore> | Left> {
  try {
    return await attachAny(options, run);
  } catch (error) {
    if (!isCode(error, 'NOT_IN_MAINTENANCE') && !isCode(error, 'HOST_UNREACHABLE')) throw error;
    const left = await leftDevice(options.host);
    if (!left) throw error;
    return left;
  }
}

/**
 * The same over the handle of a device in maintenance, whose connection is closed as soon as the device leaves.
 * @throws LevitateError as `leave` does
 */
export async function leaveMaintenance(
  maintenance: Maintenance<StatusCore>,
  options: LeaveOptions,
  run: Run,
): Promise<LeaveResult> {
  const { host } = options;
  const { session, status } = maintenance;
  const { confirm, isNew } = await stoppable(run.signal, interruption(host), async () => {
    const confirm = await confirmation(maintenance, run);
    if (session.byTyping === true && !(options.interactive === true && options.ask))
      warn(
        run,
        `The login of ${host} was by a password, and nobody can be asked for it here: where its system takes no key, it cannot be confirmed after the reboot. On a terminal, and without --json, levitate asks.`,
      );
    if (options.force) await agreeToForce(maintenance, options.confirmForce, run);
    run.signal?.throwIfAborted();
    await beforeLeaving(host, run);
    return {
      confirm,
      isNew: await inPhase(run, 'leave', () => tellToLeave(maintenance, options, run)),
    };
  });
  await maintenance.close();
  const left = { session, oldBootId: status.boot_id, isNew, confirm };
  await noteLeft(left, run);
  return confirmLeft(left, options, run);
}

/** Waits for the system of a device that was told to leave, and confirms it. */
async function confirmLeft(left: Left, options: LeaveOptions, run: Run): Promise<LeaveResult> {
  const { host } = options;
  const { session, isNew } = left;
  const confirmed = await confirmSystem({ ...options, ...left }, run);
  await settleKept(session, isNew, run);
  await settleVolumes(session, isNew, run);
  await forgetSession(host).catch((error: unknown) =>
    warn(run, `The entry of ${host} could not be forgotten: ${reasonOf(error)}.`),
  );
  return { host, isNew, ...confirmed };
}

/**
 * Gives what the profile says of the system that comes up; where the flasher has another protocol, that may be
 * unreadable, and then the defaults hold: no build, the same host key, 300 s.
 */
const confirmation = (
  maintenance: Maintenance<StatusCore>,
  run: Run,
): Promise<Profile['confirm']> =>
  maintenance.profile(run).then(
    ({ confirm }) => confirm,
    (error: unknown) => {
      if (isCompatible(maintenance.status) || !isCode(error, 'FLASHER_FAILED')) throw error;
      return { build: undefined, hostKey: 'same', timeoutSeconds: 300 };
    },
  );

const interruption = (host: string) => ({
  code: 'INTERRUPTED_IN_MAINTENANCE' as const,
  message: `interrupted; ${host} is in maintenance, and was not told to leave`,
  hint: `levitate leave ${host} tells it again.`,
});
