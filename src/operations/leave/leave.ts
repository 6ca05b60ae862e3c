import type { Connection } from '../../device/connect.js';
import { callFlasher, flasherProfile } from '../../device/flasher.js';
import { replyOf } from '../../device/replies.js';
import { forgetSession } from '../../device/session.js';
import type { Profile } from '../../profile/profile.js';
import { isCompatible } from '../../protocol/compatible.js';
import type { StatusCore } from '../../protocol/status.js';
import { isCode, LevitateError, reasonOf } from '../../errors.js';
import { inPhase, warning, type Emit } from '../../progress.js';
import { confirmSystem, type Confirmed } from './confirm.js';
import { checkLocalMachine } from '../local-machine.js';
import { stoppable } from '../interrupt.js';
import { openAnyMaintenance, type Maintenance } from '../open-maintenance.js';

export interface LeaveOptions extends Connection {
  /** Reboot although something was written that was not read back whole. */
  force?: boolean;
  /** Only if nobody else has had the right to write since this lease. */
  lease?: number;
  /** The build that the new system must report. */
  expectBuild?: string;
}

export interface LeaveResult extends Confirmed {
  host: string;
  /** Whether the flash was written to, so that the system that answers is a new one. */
  isNew: boolean;
}

/**
 * Reboots a device out of maintenance, waits for it, and confirms the system that comes up.
 * @throws LevitateError LEAVE_REFUSED, LEASE_LOST, NOT_IN_MAINTENANCE, RECONNECT_TIMEOUT, NOT_CONFIRMED
 */
export async function leave(
  options: LeaveOptions,
  emit: Emit,
  signal?: AbortSignal,
): Promise<LeaveResult> {
  await checkLocalMachine('nothing');
  const interruption = {
    code: 'INTERRUPTED_IN_MAINTENANCE' as const,
    message: `interrupted; ${options.host} is in maintenance, and was not told to leave`,
    hint: `levitate leave ${options.host} does.`,
  };
  const { session, oldBootId, confirm, isNew } = await stoppable(signal, interruption, async () => {
    await using reached = await openAnyMaintenance(options, emit, signal);
    const confirm = await confirmation(reached);
    signal?.throwIfAborted();
    return {
      session: reached.session,
      oldBootId: reached.status.boot_id,
      confirm,
      isNew: await inPhase(emit, 'leave', () => ask(reached, options)),
    };
  });
  const confirmed = await confirmSystem(
    { ...options, session, oldBootId, confirm, isNew },
    emit,
    signal,
  );
  await forgetSession(options.host).catch((error: unknown) =>
    warning(emit)(`The entry of ${options.host} could not be forgotten: ${reasonOf(error)}.`),
  );
  return { host: options.host, isNew, ...confirmed };
}

/** What the profile says of the system that comes up; of another protocol's it may be past reading, and nobody says more. */
const confirmation = async ({
  transport,
  status,
}: Maintenance<StatusCore>): Promise<Profile['confirm']> =>
  flasherProfile(transport).then(
    ({ confirm }) => confirm,
    (error: unknown) => {
      if (isCompatible(status) || !isCode(error, 'WRITE_FAILED')) throw error;
      return { build: undefined, hostKey: 'same', timeoutSeconds: 300 };
    },
  );

async function ask(
  { transport }: Maintenance<StatusCore>,
  { host, force, lease }: LeaveOptions,
): Promise<boolean> {
  const consent = force ? ['anyway'] : lease === undefined ? [] : [lease];
  const replies = await callFlasher(transport, ['leave', ...consent]).catch((error: unknown) => {
    throw isCode(error, 'LEAVE_REFUSED') ? leaveRefused(host, error) : error;
  });
  return replyOf(replies, 'leaving').touched;
}

/** The flasher's refusal, which names the target and the command that finishes it, with the host in that. */
export const leaveRefused = (host: string, { code, message, data }: LevitateError): LevitateError =>
  new LevitateError(code, message.replace('levitate flash HOST ', `levitate flash ${host} `), {
    hint: `The device stays in maintenance. levitate leave ${host} --force reboots it as it is.`,
    ...(data ? { data } : {}),
  });
