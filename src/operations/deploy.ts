import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../device/connect.js';
import { flasherStatus } from '../device/flasher.js';
import { loadSession } from '../device/session.js';
import { amended, exitStatus, isCode, LevitateError, reasonOf } from '../errors.js';
import type { Consent } from '../flash/kind.js';
import { withoutFormat } from '../flash/refusals.js';
import { asRequest, imageArgument, type ImageRequest } from '../image/request.js';
import { inform, warn, type Run } from '../progress.js';
import { thenDo, type Confirm } from './agree.js';
import { notInMaintenance } from './attach.js';
import { stoppable } from './interrupt.js';
import { enterDevice, type EnterResult } from './enter/enter.js';
import { flashImages, type FlashPicture, type FlashResult, type FlashWay } from './flash/flash.js';
import { leaveMaintenance, type LeaveResult } from './leave/leave.js';
import type { Maintenance } from './maintenance.js';
import type { OverwritePlan } from './overwrite-plan.js';
import { keptOnEntering } from './keep/keep.js';
import { aheadOfLeaving, aheadOfSettling, aheadOfTarget } from './phases-ahead.js';
import { indexImageFile, prepare, type Prepared } from './prepare.js';
import { refuseToOverwrite, writeProfile, type NewProfileFile } from './probe/profile-file.js';
import { propose } from './propose/propose.js';
import { secondsSince } from '../shared/seconds-since.js';
import { quote } from '../shared/shell-quote.js';
import { temporaryFolder } from '../shared/user-folders.js';
import { checkPicture } from './wear/picture.js';

/** What every deploy takes. */
export interface DeployJob extends Connection, Consent, FlashWay, FlashPicture {
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

/** What `deploy` takes. */
export interface DeployOptions extends DeployJob {
  /** Path of the profile. */
  profile: string;
  /** Whether to build the archive from the lock beside the profile and the cache alone; see `build`. */
  locked?: boolean;
  /** Target name → the image: a path, `raw:` and a path, or a request. */
  images: Record<string, string | ImageRequest>;
}

/** What `deployImage` takes. */
export interface DeployImageOptions extends DeployJob {
  /** The image: a path, `raw:` and a path, or a request. */
  image: string | ImageRequest;
  /**
   * Path of a file that does not exist yet, for the profile that was found to fit. It is written once somebody has agreed; without
   * `confirm`, after the preflight.
   */
  saveProfile?: string;
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
  /** After a dry run at a device that is not in maintenance: what somebody would be asked to agree to. */
  overwrite?: OverwritePlan;
  /** Path of the file that the profile was written to, where that was asked for. */
  profileOut?: string;
  /** Seconds that all of it took. */
  seconds: number;
}

/**
 * Goes the whole way over one handle: it enters, flashes, leaves and confirms. After a failure before the first write,
 * the device goes back to its old system; after a later one it stays in maintenance, and the same call again carries
 * on.
 * @throws LevitateError what `enter`, `flash` and `leave` throw
 */
export async function deploy(options: DeployOptions, run: Run = {}): Promise<DeployResult> {
  const started = performance.now();
  await checkPicture(options.svg);
  return deployPrepared(await prepare(options, run), options, started, run);
}

/**
 * The same for one image without a profile: the device is looked at, and the place for the image and a profile are found.
 * @throws LevitateError TARGET_MISSING, TARGET_AMBIGUOUS and what else the choice comes to, OUTPUT_FAILED where there is no
 * place for the profile, and what `probe` and `deploy` throw
 */
export async function deployImage(
  { image, saveProfile, ...options }: DeployImageOptions,
  run: Run = {},
): Promise<DeployResult> {
  const started = performance.now();
  const { host, dryRun, confirm } = options;
  await checkPicture(options.svg);
  const saved = saveProfile === undefined ? undefined : savedFile(host, saveProfile, image);
  // A deploy that goes on has kept its profile before.
  if (saved && !(await loadSession(host))) await refuseToOverwrite(saved);
  const { connection } = await prepare(options, run);
  const index = await indexImageFile(image, run);
  if (index.format === 'unknown' && !index.raw)
    throw new LevitateError('IMAGE_FORMAT', `${index.path} is ${withoutFormat(index)}`, {
      hint: `levitate cannot tell where it belongs. To write its bytes as they are: levitate deploy ${host} ${quote(imageArgument({ path: index.path, raw: true }))}`,
    });
  const folder = await temporaryFolder();
  try {
    const file = join(folder, 'profile.yaml');
    const prepared = await stoppable(run.signal, untouched, () =>
      propose(connection, index, { ...options, file }, run),
    );
    if (saved && !prepared.profile && !existsSync(saved.path))
      warn(
        run,
        `${host} is in maintenance already, with the profile that it was entered with: ${saved.option} writes none.`,
      );
    if (!saved || !prepared.profile) return await deployPrepared(prepared, options, started, run);
    const save = async () => writeProfile(saved, await readFile(file, 'utf8'));
    const saving = { ...options, confirm: thenDo(confirm, save) };
    const result = await deployPrepared(prepared, saving, started, run);
    if (dryRun) await save();
    return { ...result, profileOut: saved.path };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const savedFile = (host: string, path: string, image: string | ImageRequest): NewProfileFile => ({
  path,
  option: '--save',
  command: (file, target = 'TARGET') =>
    `levitate deploy ${host} ${file} ${quote(`${target}=${imageArgument(asRequest(image))}`)}`,
});

const untouched = { message: 'interrupted; nothing on the device has changed' };

async function deployPrepared(
  prepared: Prepared,
  options: DeployJob,
  started: number,
  run: Run,
): Promise<DeployResult> {
  const { host, dryRun = false, expectBuild } = options;
  const profile = prepared.profile?.value;
  const keep = keptOnEntering(profile, prepared.images, options);
  const ahead = [
    ...prepared.images.flatMap(([target, image]) => aheadOfTarget(target, image)),
    ...aheadOfSettling({ profile, keep }),
    ...aheadOfLeaving,
  ];
  const entered = await enterDevice(prepared, { ...options, dryRun, ahead }, run);
  const done = (parts: Pick<DeployResult, 'flash' | 'leave' | 'overwrite'>): DeployResult => ({
    host,
    enter: entered.result,
    ...parts,
    seconds: secondsSince(started),
  });
  // A maintenance system that was entered from another machine cannot be used before `enter` has taken it over, which a
  // dry run does not.
  if (!entered.maintenance && entered.result.already) throw notInMaintenance(host);
  const { overwrite } = entered;
  if (!entered.maintenance) return done(overwrite ? { overwrite } : {});
  await using maintenance = entered.maintenance;
  // In maintenance, a dry run can plan the writes as well.
  if (dryRun) return done({ flash: await flashImages(maintenance, prepared.images, options, run) });
  // Who was asked before the device was entered has agreed to what is done now.
  const confirm = entered.result.already ? options.confirm : undefined;
  let agreed = confirm === undefined;
  const asking = confirm && (async (plan: OverwritePlan) => (agreed = await confirm(plan)));
  let flash: FlashResult;
  try {
    const { rescued = [] } = entered;
    const flashing = { ...options, confirm: asking, ahead: aheadOfLeaving, rescued };
    flash = await flashImages(maintenance, prepared.images, flashing, run);
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
  // The writer that took the lease since then decides what becomes of the device, and so does who wrote the failing command.
  if (isCode(error, 'LEASE_LOST') || isCode(error, 'COMMAND_FAILED')) return error;
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
  if (isCode(error, 'INTERRUPTED_IN_MAINTENANCE'))
    return new LevitateError(
      'INTERRUPTED',
      `interrupted; nothing was written, and ${connection.host} is back in its old system`,
      { cause: error },
    );
  if (!(error instanceof LevitateError)) return error;
  const exit = error.exit === exitStatus.refused ? exitStatus.refused : exitStatus.oldSystem;
  return amended(error, 'The device is back in its old system.', exit);
}
