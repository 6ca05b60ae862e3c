import { interruptible, isNotThereYet, type Connection } from '../../device/connect.js';
import { connectRoot, type Login } from '../../device/root-login.js';
import { runScript } from '../../device/run-script.js';
import { readScript } from '../../device/scripts.js';
import type { Session } from '../../device/session.js';
import { amended, exitStatus, isCode, LevitateError } from '../../errors.js';
import type { Profile } from '../../profile/profile.js';
import { inPhase, type Run } from '../../progress.js';
import type { RebootSettings } from '../../protocol/script-settings.js';
import { assignments } from '../../shared/shell-quote.js';
import type { Transport } from '../../ssh/transport.js';
import { confirmSystem } from '../leave/confirm.js';
import { withPresentedKeys } from '../leave/presented-keys.js';
import { knownSlots, type KnownSlots } from './slot-state.js';
import type { TrialReboot } from './trial-reboot.js';

/**
 * Reboots a device that runs its own system, in the order of its init system. What is cached is written before, because a boot loader
 * replays no journal.
 * @param restart what the kernel is told with it, where it leads to a trial of which the boot loader must be told so
 * @throws LevitateError REMOTE_FAILED where the device does not take the order
 */
export const reboot = (running: Transport, run: Run, restart?: TrialReboot): Promise<void> =>
  inPhase(run, 'leave', async () => {
    const settings: RebootSettings = {
      LEVITATE_RESTART: restart?.argument ?? '',
      LEVITATE_HELPER: restart?.helper ?? '',
    };
    const script = [...assignments(settings), await readScript('remote/reboot.sh')].join('\n');
    await runScript(running, script, { timeoutMs: 120_000 }).catch((error: unknown) => {
      if (!isCode(error, 'CONNECTION_LOST')) throw error;
    });
  });

/** The system that came up after a reboot, and the connection to it as root. */
export interface CameUp {
  /** Its slots. */
  known: KnownSlots;
  /** The connection. */
  running: Login;
  /** The boot id of its kernel (random(4)). */
  bootId: string;
  /** Seconds until it came up. */
  seconds: number;
}

/** What is awaited after a reboot. */
export interface AwaitedSlot {
  /** How the person reaches the device. */
  connection: Connection;
  /** The profile with its slots. */
  profile: Profile;
  /** Where the device was reached before. */
  session: Session;
  /** The boot id before the reboot. */
  oldBootId: string;
  /** How long a slot may take until it answers, and a trial until it has ended. */
  seconds: number;
}

/**
 * Waits until a system of the device answers with a new boot id, whichever slot it is, and reads its slots. The caller closes the
 * connection.
 * @throws LevitateError RECONNECT_TIMEOUT, NOT_CONFIRMED, and what `knownSlots` throws, with the status of a device that a person has to
 * look at
 */
export async function whatComesUp(
  { connection, profile, session, oldBootId, seconds }: AwaitedSlot,
  run: Run,
): Promise<CameUp> {
  const { boot } = profile;
  const confirm = { ...profile.confirm, build: undefined, timeoutSeconds: seconds };
  const awaited = { ...connection, session, oldBootId, confirm, isNew: true };
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const { bootId, seconds: took } = await confirmSystem(awaited, run);
    // A slot may answer, and panic a moment later.
    let running: Login | undefined;
    try {
      running = await connectNew(connection, profile, run);
      const known = await knownSlots(interruptible(running, run.signal), boot!);
      return { known, running, bootId, seconds: took };
    } catch (error) {
      await running?.close();
      if (!isNotThereYet(error) || run.signal?.aborted || performance.now() > end)
        throw afterReboot(error);
    }
  }
}

/** A refusal of the system that came up, whose status by itself says that nothing was touched: the device has rebooted. */
const afterReboot = (error: unknown): unknown =>
  error instanceof LevitateError && error.exit === exitStatus.refused
    ? amended(error, 'The device has rebooted, and answers.', exitStatus.unknownState)
    : error;

/** A connection as root to the system that came up, which may present a host key of its own where the profile says so. */
async function connectNew(connection: Connection, { confirm }: Profile, run: Run): Promise<Login> {
  if (confirm.hostKey !== 'changes') return connectRoot(connection, run);
  return (await withPresentedKeys((trust) => connectRoot(connection, run, { trust }))).value;
}

/**
 * How long a reboot into a new slot may take, in seconds: each try until the trial timer ends it, and the way back.
 * @param tries how often the boot loader starts it
 */
export const trialSeconds = ({ boot, confirm }: Profile, tries: number): number =>
  tries * ((boot?.confirmWithinSeconds ?? 0) + confirm.timeoutSeconds) + confirm.timeoutSeconds;
