import { interruptible, type Connection } from '../../device/connect.js';
import { connectRoot } from '../../device/root-login.js';
import { loadProfile } from '../../profile/load.js';
import { inPhase, type Run } from '../../progress.js';
import { stoppable } from '../interrupt.js';
import { checkLocalMachine } from '../local-machine.js';
import { bootOf, knownSlots } from './slot-state.js';
import { toldOf, type SlotsTold } from './slot-view.js';

export type { SlotView } from './slot-view.js';

/** What `slots` takes. */
export interface SlotsOptions extends Connection {
  /** Path of the profile. */
  profile: string;
}

/** What `slots` gives. */
export interface SlotsResult extends SlotsTold {
  /** The device, as it was named. */
  host: string;
}

/**
 * Shows the slots of a device, which one runs, and what the boot loader would do. Changes nothing.
 * @throws LevitateError SLOT_REFUSED, BOOT_LOADER_UNKNOWN, and what loading the profile and connecting throw
 */
export async function slots(
  { profile, ...connection }: SlotsOptions,
  run: Run = {},
): Promise<SlotsResult> {
  await checkLocalMachine('nothing');
  const boot = bootOf(await loadProfile(profile));
  const known = await stoppable(run.signal, { message: 'interrupted' }, async () => {
    await using running = await connectRoot(connection, run);
    return await inPhase(run, 'slots', () => knownSlots(interruptible(running, run.signal), boot));
  });
  return { host: connection.host, ...toldOf(known) };
}
