import { interruptible } from '../../device/connect.js';
import { connectRoot } from '../../device/root-login.js';
import { LevitateError } from '../../errors.js';
import { loadProfile } from '../../profile/load.js';
import { inPhase, type Run } from '../../progress.js';
import { stoppable } from '../interrupt.js';
import { checkLocalMachine } from '../local-machine.js';
import { keepSlot } from './keep-slot.js';
import { bootOf, knownSlots } from './slot-state.js';
import { toldOf } from './slot-view.js';
import type { SlotsOptions, SlotsResult } from './slots.js';

/** What `confirmSlot` takes. */
export interface ConfirmSlotOptions extends SlotsOptions {
  /** The build that the slot must report. */
  expectBuild?: string;
}

/** What `confirmSlot` gives. */
export interface ConfirmSlotResult extends SlotsResult {
  /** The slot that starts from now on. */
  slot: string;
  /** Whether anything changed; false where it had been confirmed before. */
  changed: boolean;
  /** The build that it reports, where the profile tells how to read that. */
  build?: string;
}

/**
 * Keeps the slot that runs on trial: its boot loader starts it from now on.
 * @throws LevitateError SLOT_REFUSED where another slot is on trial, NOT_CONFIRMED where its build is not the expected one
 */
export async function confirmSlot(
  { profile: path, expectBuild, ...connection }: ConfirmSlotOptions,
  run: Run = {},
): Promise<ConfirmSlotResult> {
  await checkLocalMachine('nothing');
  const profile = await loadProfile(path);
  const boot = bootOf(profile);
  const { host } = connection;
  return stoppable(run.signal, { message: 'interrupted' }, async () => {
    await using login = await connectRoot(connection, run);
    const running = interruptible(login, run.signal);
    const before = await inPhase(run, 'slots', () => knownSlots(running, boot));
    const { current, record } = before;
    const about = { host, slot: current };
    if (record.stable === current && !(record.trial && record.trial.left > 0))
      return { ...about, ...toldOf(before), changed: false };
    if (record.trial?.slot !== current)
      throw new LevitateError(
        'SLOT_REFUSED',
        record.stable === current
          ? `slot ${record.trial?.slot ?? ''} is on trial, and slot ${current} runs`
          : `slot ${current} runs, and is not on trial: the boot loader starts slot ${record.stable}`,
        { hint: 'A slot is confirmed from inside of it: reboot the device into it before.' },
      );
    const confirmed = {
      host,
      confirm: profile.confirm,
      ...(expectBuild === undefined ? {} : { expectBuild }),
    };
    const { known, build } = await keepSlot(running, before, confirmed, run);
    return {
      ...about,
      ...toldOf(known),
      changed: true,
      ...(build === undefined ? {} : { build }),
    };
  });
}
