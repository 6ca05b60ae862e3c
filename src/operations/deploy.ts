import type { Connection } from '../device/connect.js';
import { flasherStatus } from '../device/flasher.js';
import { amended, exitStatus, isCode, LevitateError, reasonOf } from '../errors.js';
import type { Consent } from '../flash/kind.js';
import type { ImageRequest } from '../image/request.js';
import { inform, warn, type Run } from '../progress.js';
import type { Confirm } from './agree.js';
import { notInMaintenance } from './attach.js';
import { enterDevice, type EnterResult } from './enter/enter.js';
import { flashImages, type FlashResult } from './flash/flash.js';
import { leaveMaintenance, type LeaveResult } from './leave/leave.js';
import type { Maintenance } from './maintenance.js';
import type { OverwritePlan } from './overwrite-plan.js';
import { prepare } from './prepare.js';
import { secondsSince } from '../shared/seconds-since.js';

/** What `deploy` takes. */
export interface DeployOptions extends Connection, Consent {
  /** Path of the profile. */
  profile: string;
  /** Whether to build the archive from the lock beside the profile and the cache alone; see `build`. */
  locked?: boolean;
  /** Target name → the image: a path, `raw:` and a path, or a request. */
  images: Record<string, string | ImageRequest>;
  /** The build that the new system must report. */
  expectBuild?: string;
  /** Whether to only check the images and show the preflight, and change nothing. */
  dryRun?: boolean;
  /**
   * Asks whether to go on, after the preflight and before the device is entered; where it is in maintenance already, before
   * the first write. Without it, the deploy goes on.
   */
  confirm?: Confirm;
}

/** What `deploy` gives. */
export interface DeployResult {
  /** The device, as it was named. */
  host: string;
  /** How the device was entered. */
  enter: EnterResult;
  /** Missing after a dry run at a device that is not in maintenance. */
  flash?: FlashResult;
  /** Missing after a dry run. */
  leave?: LeaveResult;
  /** Seconds that all of it took. */
  seconds: number;
}

/**
 * Does the whole job over one handle: it enters, flashes, leaves and confirms. After a failure before the first write,
 * the device goes back to its old system; after a later one it stays in maintenance, and the same call again carries
 * on.
 * @throws LevitateError what `enter`, `flash` and `leave` throw
 */
export async function deploy(options: DeployOptions, run: Run = {}): Promise<DeployResult> {
  const started = performance.now();
  const { host, dryRun = false, expectBuild } = options;
  const prepared = await prepare(options, run);
  const entered = await enterDevice(prepared, { ...options, dryRun }, run);
  const done = (parts: Pick<DeployResult, 'flash' | 'leave'>): DeployResult => ({
    host,
    enter: entered.result,
    ...parts,
    seconds: secondsSince(started),
  });
  // A maintenance system that was entered from another machine can't be used before `enter` has taken it over, which a
  // dry run does not.
  if (!entered.maintenance && entered.result.already) throw notInMaintenance(host);
  if (!entered.maintenance) return done({});
  await using maintenance = entered.maintenance;
  // In maintenance, a dry run can plan the writes as well.
  if (dryRun) return done({ flash: await flashImages(maintenance, prepared.images, options, run) });
  // Who was asked before the device was entered has agreed to what is done now.
  const confirm = entered.result.already ? options.confirm : undefined;
  let agreed = confirm === undefined;
  const asking = confirm && (async (plan: OverwritePlan) => (agreed = await confirm(plan)));
  let flash: FlashResult;
  try {
    flash = await flashImages(maintenance, prepared.images, { ...options, confirm: asking }, run);
  } catch (error) {
    // A device that was in maintenance before, and to which nothing was to be done, is left there.
    if (!agreed && (run.signal?.aborted || isCode(error, 'DECLINED'))) throw error;
    throw await returnIfUntouched(maintenance, prepared.connection, error, run);
  }
  const { lease } = flash;
  const leaving = {
    ...prepared.connection,
    ...(lease === undefined ? {} : { lease }),
    ...(expectBuild === undefined ? {} : { expectBuild }),
  };
  return done({ flash, leave: await leaveMaintenance(maintenance, leaving, run) });
}

/** Brings a device that nothing was written to back into its old system, and says so in the error. */
async function returnIfUntouched(
  maintenance: Maintenance,
  connection: Connection,
  error: unknown,
  { onProgress }: Run,
): Promise<unknown> {
  // The writer that took the lease since then decides what becomes of the device.
  if (isCode(error, 'LEASE_LOST')) return error;
  // The signal that has interrupted the write must not interrupt the way back.
  const run = { onProgress };
  try {
    const { touched, lease } = await maintenance.ask(run, flasherStatus);
    if (touched || lease) return error;
    inform(run, 'Nothing was written: taking the device back to its old system.');
    await leaveMaintenance(maintenance, connection, run);
  } catch (failure) {
    warn(
      run,
      `The device could not be taken back (${reasonOf(failure)}). With nothing written, it goes back by itself.`,
    );
    return error;
  }
  if (!(error instanceof LevitateError)) return error;
  const exit = error.exit === exitStatus.refused ? exitStatus.refused : exitStatus.oldSystem;
  return amended(error, 'The device is back in its old system.', exit);
}
