import { anyStatus } from '../../device/flasher.js';
import type { Session } from '../../device/session.js';
import { exitStatus, LevitateError } from '../../errors.js';
import type { Run } from '../../progress.js';
import type { StatusCore } from '../../protocol/status.js';
import type { Maintenance } from '../maintenance.js';
import { wholeName } from '../../shared/target-name.js';
import { ifReadable, namesByKey } from '../named-targets.js';

/** A device that is to be rebooted although what was written to it is not whole. */
export interface HalfWritten {
  /** The device, as it was named. */
  host: string;
  /** The name that it has for itself; empty where this machine does not know it. */
  device: { hostname: string };
  /**
   * What was written to and not read back whole: names in the profile, with the image that was written last from this machine;
   * missing where the flasher speaks another protocol, which tells no more than that the device is in maintenance.
   */
  targets?: { target: string; image?: string }[];
  /** Who is writing to it now. */
  writer?: string;
}

/**
 * Asks a person whether to reboot a device that will probably not boot.
 * @returns whether to go on
 */
export type ConfirmForce = (device: HalfWritten) => Promise<boolean>;

/**
 * Has somebody agree that a half-written device is rebooted, where there is somebody to ask. A device of which nothing is half
 * written is no question.
 * @throws LevitateError DECLINED; what the flasher fails with; the reason of `signal`
 */
export async function agreeToForce(
  maintenance: Maintenance<StatusCore>,
  confirm: ConfirmForce | undefined,
  run: Run,
): Promise<void> {
  if (!confirm) return;
  const { status } = await maintenance.ask(run, anyStatus);
  const names = status ? namesByKey(await ifReadable(maintenance.profile(run))) : {};
  const device = halfWritten(maintenance.session, status, names);
  if (!device) return;
  const agreed = await confirm(device);
  run.signal?.throwIfAborted();
  if (agreed) return;
  throw new LevitateError('DECLINED', `nobody agreed to reboot ${device.host} half written`, {
    hint: `The device stays in maintenance. levitate status ${device.host} says how to finish the write.`,
    exit: exitStatus.maintenance,
  });
}

/** Tells what is half written; nothing where all is whole and nobody is writing. Pure. */
export function halfWritten(
  { host, device, images = {} }: Pick<Session, 'host' | 'device' | 'images'>,
  status: Awaited<ReturnType<typeof anyStatus>>['status'],
  names: Record<string, string>,
): HalfWritten | undefined {
  const who = { host, device: { hostname: device?.hostname ?? '' } };
  if (!status) return who;
  const targets = Object.entries(status.targets)
    .filter(([, state]) => state !== 'verified')
    .map(([key]) => wholeName(names[key] ?? key))
    .filter((target, index, all) => all.indexOf(target) === index)
    .map((target) => ({ target, ...(images[target] ? { image: images[target] } : {}) }));
  if (targets.length === 0 && !status.lease) return undefined;
  return { ...who, targets, ...(status.lease ? { writer: status.lease.owner } : {}) };
}
