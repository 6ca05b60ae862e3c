import { slotToRollBackTo } from '../../boot-loader/slot-record.js';
import { interruptible } from '../../device/connect.js';
import { gatherFacts } from '../../device/gather-facts.js';
import { connectRoot } from '../../device/root-login.js';
import { LevitateError } from '../../errors.js';
import { loadProfile } from '../../profile/load.js';
import { inform, inPhase, type Run } from '../../progress.js';
import { stoppable } from '../interrupt.js';
import { checkLocalMachine } from '../local-machine.js';
import { reboot, whatComesUp } from './reboot.js';
import { runningSession } from './running-session.js';
import { allowed, bootOf, changeSlots, knownSlots } from './slot-state.js';
import { toldOf } from './slot-view.js';
import type { SlotsOptions, SlotsResult } from './slots.js';

/** What `rollBack` gives. */
export interface RollBackResult extends SlotsResult {
  /** The slot that starts from now on, and runs. */
  slot: string;
  /** Whether the device was rebooted for that. */
  rebooted: boolean;
}

/**
 * Takes a trial back, or makes the other slot the one that starts, where that was confirmed once and not written since; and reboots
 * the device where it runs another slot than that.
 * @throws LevitateError SLOT_REFUSED where the running slot is the only one that is known to be good; RECONNECT_TIMEOUT,
 * NOT_CONFIRMED
 */
export async function rollBack(
  { profile: path, ...connection }: SlotsOptions,
  run: Run = {},
): Promise<RollBackResult> {
  await checkLocalMachine('nothing');
  const profile = await loadProfile(path);
  const boot = bootOf(profile);
  const { host } = connection;
  const gone = await stoppable(run.signal, { message: 'interrupted' }, async () => {
    await using login = await connectRoot(connection, run);
    const running = interruptible(login, run.signal);
    const facts = await inPhase(run, 'facts', () => gatherFacts(running));
    const before = await inPhase(run, 'slots', () => knownSlots(running, boot));
    const slot = allowed(slotToRollBackTo(before, Object.keys(boot.slots)));
    const after = await changeSlots(running, before, { do: 'rollback', slot });
    if (after.current === slot) return { done: { host, slot, ...toldOf(after), rebooted: false } };
    inform(run, `The boot loader starts slot ${slot} from now on; rebooting into it.`);
    const session = await runningSession(connection, running, facts);
    await reboot(running, run);
    return { slot, session, oldBootId: facts.bootId };
  });
  if ('done' in gone) return gone.done;
  const { slot, ...left } = gone;
  const seconds = profile.confirm.timeoutSeconds;
  const up = await whatComesUp({ ...left, connection, profile, seconds }, run);
  await up.running.close();
  if (up.known.current !== slot)
    throw new LevitateError(
      'NOT_CONFIRMED',
      `${host} was to start slot ${slot}, and slot ${up.known.current} runs`,
      { hint: `levitate slots ${host} PROFILE shows what the boot loader goes by now.` },
    );
  return { host, slot, ...toldOf(up.known), rebooted: true };
}
