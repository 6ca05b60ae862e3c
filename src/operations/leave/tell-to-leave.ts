import { callFlasher } from '../../device/flasher.js';
import { replyOf } from '../../device/replies.js';
import type { Session } from '../../device/session.js';
import { isCode, LevitateError, reasonOf } from '../../errors.js';
import { warn, type Run } from '../../progress.js';
import type { StatusCore } from '../../protocol/status.js';
import { mayBeAskedAgain } from '../../shared/poll.js';
import { quote } from '../../shared/shell-quote.js';
import { waitingVolumes } from '../keep-volumes/put.js';
import type { Maintenance } from '../maintenance.js';

/** How a device is told to leave. */
export interface LeaveOrder {
  /** The device, as it was named. */
  host: string;
  /** Whether to reboot although something was written that was not read back whole. */
  force?: boolean;
  /** The number of a lease: the device leaves only if nobody else has had a lease since. */
  lease?: number;
}

/**
 * Tells the device to leave; gives whether its flash was written to. Where the link breaks over the answer and nobody answers as the
 * maintenance system any more, the device may be on its way: which system comes up is seen then.
 */
export async function tellToLeave(
  maintenance: Maintenance<StatusCore>,
  { host, force, lease }: LeaveOrder,
  run: Run,
): Promise<boolean> {
  const consent = force ? ['--force'] : lease === undefined ? [] : [lease];
  const replies = await maintenance
    .ask(run, (transport) => callFlasher(transport, ['leave', ...consent]))
    .catch(async (error: unknown) => {
      if (isCode(error, 'LEAVE_REFUSED'))
        throw leaveRefused(host, error, maintenance.session.images, await waitingVolumes(host));
      if (!mayBeAskedAgain(error) || run.signal?.aborted) throw error;
      warn(
        run,
        `The link broke before the order to leave was answered (${reasonOf(error)}); looking which system comes up.`,
      );
    });
  return replies ? replyOf(replies, 'leaving').touched : mayBeNew(maintenance.status, lease);
}

/** Whether a system that comes up may be a new one, as far as is known without the device's answer. */
export const mayBeNew = (status: StatusCore & { touched?: unknown }, lease?: number): boolean =>
  lease !== undefined || status.touched !== false;

/**
 * Makes the error of the flasher's refusal, which names the target and the command that completes it, with the host and the
 * image in that command.
 * @param images the images that were written last from this machine, by target
 * @param waiting the volumes of the device that wait on this machine
 */
export const leaveRefused = (
  host: string,
  { code, message, data }: LevitateError,
  images: Session['images'] = {},
  waiting: readonly { volumes: readonly { name: string }[] }[] = [],
): LevitateError => {
  const command = /levitate flash HOST (\S+)=IMAGE/;
  const filled = (_: string, target: string) => {
    const image = images[target];
    return `levitate flash ${host} ${image === undefined ? `${target}=IMAGE` : quote(`${target}=${image}`)}`;
  };
  const names = waiting.flatMap(({ volumes }) => volumes.map(({ name }) => name)).join(', ');
  const apart = names === '' ? '' : `What ${names} held is on this machine, and not back. `;
  return new LevitateError(code, message.replace(command, filled), {
    hint: `${apart}The device stays in maintenance, where it waits as long as it takes. Rebooted as it is, it will probably not boot: levitate leave ${host} --force does that all the same, and asks before.`,
    ...(data ? { data } : {}),
  });
};
