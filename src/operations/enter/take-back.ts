import { setTimeout as sleep } from 'node:timers/promises';
import { unstage, type Stage } from '../../device/hook.js';
import { amended, exitStatus, isCode, LevitateError, reasonOf } from '../../errors.js';
import { warn, type Run } from '../../progress.js';
import type { Transport } from '../../ssh/transport.js';

/** A command that was interrupted may still run on the device for so long, and mount again what was just unmounted. */
const stillRunsMs = 2000;

/** What became of what an entry has brought: taken back, still there, or gone, because another entry has its own there. */
export type LeftBehind = 'nothing' | 'stays' | 'of-another';

/**
 * Takes back what an entry has brought onto a device, and tells the person where it cannot.
 * @param armed whether the next shutdown of the device may lead into maintenance
 */
export async function takeBack(
  running: Transport,
  stage: Stage,
  { host, armed }: { host: string; armed: boolean },
  run: Run,
): Promise<LeftBehind> {
  try {
    if (await unstage(running, stage)) return 'of-another';
    await sleep(stillRunsMs);
    return (await unstage(running, stage)) ? 'of-another' : 'nothing';
  } catch (error) {
    const stays = armed
      ? `its next reboot may lead into maintenance, from where it goes back by itself. levitate uninstall ${host} takes it back`
      : 'it is gone after a reboot';
    warn(
      run,
      `What was staged in the device's RAM could not be taken back (${reasonOf(error)}); ${stays}.`,
    );
    return 'stays';
  }
}

/**
 * Gives the error that ends an entry before the device is on its way, with where that leaves the device.
 * @param signal what may have interrupted the entry
 * @param left what became of what was brought, and whether the device's next shutdown may lead into maintenance where that stays
 */
export function endedEarly(
  error: unknown,
  { signal }: Run,
  { left, armed }: { left: LeftBehind; armed: boolean },
): unknown {
  if (left === 'of-another')
    return new LevitateError(
      'ENTRY_REPLACED',
      'another levitate has begun to enter the device, in place of this one',
      { cause: error },
    );
  const isBack = left === 'nothing';
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
