import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSession } from '../device/session.js';
import { isCode, LevitateError } from '../errors.js';
import { withoutFormat } from '../flash/refusals.js';
import { asRequest, imageArgument, type ImageRequest } from '../image/request.js';
import { warn, type Run } from '../progress.js';
import { thenDo } from './agree.js';
import { notInMaintenance } from './attach.js';
import type { DeployJob, DeployResult } from './deploy-job.js';
import { stoppable } from './interrupt.js';
import { enterDevice } from './enter/enter.js';
import { flashImages, type FlashResult } from './flash/flash.js';
import { leaveMaintenance } from './leave/leave.js';
import type { OverwritePlan } from './overwrite-plan.js';
import { keptOnEntering } from './keep/keep.js';
import { aheadOfLeaving, aheadOfSettling, aheadOfTarget } from './phases-ahead.js';
import { indexImageFile, prepare, type Prepared } from './prepare.js';
import { refuseToOverwrite, writeProfile, type NewProfileFile } from './probe/profile-file.js';
import type { ReadImage } from './read-image.js';
import { propose } from './propose/propose.js';
import { returnIfUntouched } from './return-if-untouched.js';
import { secondsSince } from '../shared/seconds-since.js';
import { quote } from '../shared/shell-quote.js';
import { temporaryFolder } from '../shared/user-folders.js';
import { deploySlot } from './slots/deploy-slot.js';
import { deploySlotInMaintenance } from './slots/deploy-slot-in-maintenance.js';
import { areForSlot, slotImageNames } from './slots/slot-images.js';
import { checkPicture } from './wear/picture.js';

export type { DeployJob, DeployResult, DeployedSlot } from './deploy-job.js';

/** What `deploy` takes. */
export interface DeployOptions extends DeployJob {
  /** Path of the profile. */
  profile: string;
  /** Whether to build the archive from the lock beside the profile and the cache alone; see `build`. */
  locked?: boolean;
  /**
   * Target name, or a name of `boot.slots` → the image: a path, `raw:` and a path, or a request; or what `readImage` gave, for deploys
   * to many devices.
   */
  images: Record<string, string | ImageRequest | ReadImage>;
  /**
   * From where a slot is written: the running system, which goes on meanwhile, or maintenance. Without it, from the running system;
   * images that do not go to slots are written from maintenance in any case, and take none.
   */
  from?: 'running' | 'maintenance';
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

/**
 * Goes the whole way over one handle: it enters, flashes, leaves and confirms. After a failure before the first write,
 * the device goes back to its old system; after a later one it stays in maintenance, and the same call again carries
 * on.
 * @throws LevitateError what `enter`, `flash` and `leave` throw
 */
export async function deploy(options: DeployOptions, run: Run = {}): Promise<DeployResult> {
  const started = performance.now();
  const { from } = options;
  await checkPicture(options.svg);
  const prepared = await prepare(options, run);
  refuseMigration(prepared);
  if (areForSlot(prepared.profile?.value ?? {}, Object.keys(options.images)))
    return from === 'maintenance'
      ? deploySlotInMaintenance(prepared, options, run)
      : deploySlot(prepared, options, run);
  if (from !== undefined) throw onlyForSlots(prepared);
  return deployPrepared(prepared, options, started, run);
}

/** Refuses the image of a system that would lie beside the one that starts: only `migrate` makes it start. */
function refuseMigration({ connection: { host }, profile, images }: Prepared): void {
  const into = profile?.value.migrate?.into;
  if (into === undefined || !images.some(([target]) => target === into)) return;
  throw new LevitateError('USAGE', `${into} is where migrate of the profile puts a new system`, {
    hint: `Write: levitate migrate ${host} ${quote(profile!.path)} ${into}=ROOT.tar`,
  });
}

/** The refusal of a way to write a slot where no image goes to one. */
function onlyForSlots({ profile }: Prepared): LevitateError {
  const names = slotImageNames(profile?.value ?? {});
  return new LevitateError('USAGE', '--from is for images of slots alone', {
    hint:
      names.length > 0
        ? `Of the profile these are: ${names.join(', ')}.`
        : 'The profile names no slots: levitate help slots.',
  });
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
