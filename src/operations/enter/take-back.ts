import { setTimeout as sleep } from 'node:timers/promises';
import type { Facts } from '../../device/facts.js';
import { stageOf, unstage } from '../../device/hook.js';
import { amended, exitStatus, isCode, LevitateError, reasonOf } from '../../errors.js';
import { warn, type Run } from '../../progress.js';
import type { Transport } from '../../ssh/transport.js';

/** A command that was interrupted may still run on the device for so long, and mount again what was just unmounted. */
const stillRunsMs = 2000;

/**
 * Takes back what an entry has brought onto a device, and tells the person where it cannot.
 * @param armed whether the next shutdown of the device may lead into maintenance
 * @returns whether the device is as it was found
 */
export async function takeBack(
  running: Transport,
  facts: Facts,
  { host, armed }: { host: string; armed: boolean },
  run: Run,
): Promise<boolean> {
  try {
    await unstage(running, stageOf(facts));
    await sleep(stillRunsMs);
    await unstage(running, stageOf(facts));
    return true;
  } catch (error) {
    const stays = armed
      ? `its next reboot may lead into maintenance, from where it goes back by itself. levitate uninstall ${host} takes it back`
      : 'it is gone after a reboot';
    warn(
      run,
      `What was staged in the device's RAM could not be taken back (${reasonOf(error)}); ${stays}.`,
    );
    return false;
  }
}

/**
 * Gives the error that ends an entry before the device is on its way, with where that leaves the device.
 * @param signal what may have interrupted the entry
 * @param left whether the device is as it was found, and if not, whether its next shutdown may lead into maintenance
 */
export function endedEarly(
  error: unknown,
  { signal }: Run,
  { isBack, armed }: { isBack: boolean; armed: boolean },
): unknown {
  const exit = isBack || !armed ? exitStatus.oldSystem : exitStatus.unknownState;
  if (signal?.aborted)
    return new LevitateError(
      'INTERRUPTED',
      isBack
        ? 'interrupted; the device runs its old system and nothing is armed'
        : 'interrupted; what was prepared on the device could not be taken back',
      { cause: error, exit },
    );
  // No maintenance system has been reached yet.
  return isCode(error, 'CONNECTION_LOST')
    ? amended(error, 'The device was not entered, and nothing was written to its flash.', exit)
    : error;
}
