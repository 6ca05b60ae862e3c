import { LevitateError, exitStatus, isCode, reasonOf } from '../errors.js';
import type { ImageRequest } from '../image/request.js';
import { loadProfile } from '../profile/load.js';
import type { Emit } from '../progress.js';
import { enter, type EnterResult } from './enter/enter.js';
import type { Intent } from './flash/foresee.js';
import { flash, indexImages, type FlashResult } from './flash/flash.js';
import { leave, type LeaveResult } from './leave/leave.js';
import { checkLocalMachine } from './local-machine.js';
import { openMaintenance } from './open-maintenance.js';
import type { Connection } from '../device/connect.js';
import type { FlasherStatus } from '../device/flasher.js';
import type { Consent } from './flash/consents.js';
import { targetIn } from './flash/targets.js';

export interface DeployOptions extends Connection, Consent {
  profile: string;
  /** Build the archive from the lock beside the profile and the cache alone; see `build`. */
  locked?: boolean;
  /** Target name → the image: a path, `raw:` and a path, or a request. */
  images: Record<string, string | ImageRequest>;
  /** The build that the new system must report. */
  expectBuild?: string;
  /** Check the images, show the preflight, and change nothing. */
  dryRun?: boolean;
}

export interface DeployResult {
  host: string;
  enter: EnterResult;
  flash?: FlashResult;
  leave?: LeaveResult;
  seconds: number;
}

/**
 * The main job: enter, flash, leave, confirmed. What fails before the first write ends with the device back in its
 * old system; what fails after it leaves the device in maintenance, and the same call again carries on.
 * @throws LevitateError what `enter`, `flash` and `leave` throw
 */
export async function deploy(
  options: DeployOptions,
  emit: Emit,
  signal?: AbortSignal,
): Promise<DeployResult> {
  const started = performance.now();
  const seconds = () => Math.round(performance.now() - started) / 1000;
  await checkLocalMachine('entries');
  const profile = await loadProfile(options.profile);
  for (const target of Object.keys(options.images)) targetIn(profile, target);
  const images = await indexImages(options.images, emit, signal);
  const { acceptCounterLoss, dropVolumes } = options;
  const intent: Intent = {
    images,
    ...(acceptCounterLoss === undefined ? {} : { acceptCounterLoss }),
    ...(dropVolumes === undefined ? {} : { dropVolumes }),
  };
  const entered = await enter({ ...options, intent }, emit, signal);
  if (options.dryRun) {
    // A device that is in maintenance can say more.
    const planned = entered.entered
      ? { flash: await flash({ ...options, indexed: images }, emit, signal) }
      : {};
    return { host: options.host, enter: entered, ...planned, seconds: seconds() };
  }
  let flashed: FlashResult;
  try {
    flashed = await flash({ ...options, indexed: images }, emit, signal);
  } catch (error) {
    throw await returnIfUntouched(options, error, emit);
  }
  const { lease } = flashed;
  const left = await leave({ ...options, ...(lease === undefined ? {} : { lease }) }, emit, signal);
  return { host: options.host, enter: entered, flash: flashed, leave: left, seconds: seconds() };
}

async function statusOf(options: DeployOptions): Promise<FlasherStatus> {
  await using reached = await openMaintenance(options);
  return reached.status;
}

/** Brings a device that nothing was written to back into its old system, and says so in the error. */
async function returnIfUntouched(
  options: DeployOptions,
  error: unknown,
  emit: Emit,
): Promise<unknown> {
  // Whoever came since decides what becomes of the device.
  if (isCode(error, 'LEASE_LOST')) return error;
  try {
    const { touched, lease } = await statusOf(options);
    if (touched || lease) return error;
    emit({
      type: 'note',
      level: 'info',
      message: 'Nothing was written: taking the device back to its old system.',
    });
    await leave(options, emit);
  } catch (failure) {
    emit({
      type: 'note',
      level: 'warning',
      message: `The device could not be taken back (${reasonOf(failure)}). With nothing written, it goes back by itself.`,
    });
    return error;
  }
  if (!(error instanceof LevitateError)) return error;
  const { code, message, hint, data } = error;
  return new LevitateError(code, message, {
    hint: `${hint === undefined ? '' : `${hint} `}The device is back in its old system.`,
    cause: error,
    exit: error.exit === exitStatus.refused ? exitStatus.refused : exitStatus.oldSystem,
    ...(data ? { data } : {}),
  });
}
