import type { Connection } from '../../device/connect.js';
import { callFlasher } from '../../device/flasher.js';
import { inUse } from '../../device/in-use.js';
import { loadSession } from '../../device/session.js';
import { LevitateError } from '../../errors.js';
import type { Consent, Job } from '../../flash/kind.js';
import type { FlashPlan } from '../../flash/steps.js';
import type { ImageRequest } from '../../image/request.js';
import type { Profile } from '../../profile/profile.js';
import { inform, report, warn, type PhaseAhead, type Run } from '../../progress.js';
import { agree, type Confirm } from '../agree.js';
import { attach, notInMaintenance } from '../attach.js';
import { commandCheck } from '../device-commands.js';
import { maintenanceFault } from '../enter/verify-released.js';
import { stoppable, unwritten } from '../interrupt.js';
import { keptBy } from '../keep/keep.js';
import { findKept, noteWriting, putKept } from '../keep/put.js';
import { dropWaiting, findVolumes, type VolumeKeeping } from '../keep-volumes/find.js';
import { noteVolumesWriting, putBack, putVolumes } from '../keep-volumes/put.js';
import { aheadOfVolumes, saveVolumes } from '../keep-volumes/save.js';
import { beforeKept, keptOfLayouts } from '../keep-volumes/volumes.js';
import { newSystemLogin } from '../leave/new-system-login.js';
import { beforeFirstWrite } from '../network-rescue/contact.js';
import { checkLocalMachine } from '../local-machine.js';
import type { Maintenance } from '../maintenance.js';
import { planInMaintenance, withKept, type OverwritePlan } from '../overwrite-plan.js';
import { refuseWithoutRescue } from '../rescue/plan-power-cut.js';
import { aheadOfSettling, aheadOfTarget } from '../phases-ahead.js';
import { indexImages, type TargetImage } from '../prepare.js';
import { checkPicture, drawFlash } from '../wear/picture.js';
import { afterFlash } from './after-flash.js';
import { refuseOtherBoards } from './boards.js';
import { findJobs } from './find-jobs.js';
import { commitTargets, flashTarget, inspectTarget, type FlashedTarget } from './flash-target.js';
import { keptAwake } from './keep-awake.js';
import { memberImages } from './members.js';
import { noteImages } from './note-images.js';
import { signedImages } from './signed-images.js';
import { targetIn } from './targets.js';
import { withDeviceState } from './with-device-state.js';
import { planAll, workOn } from './work.js';
import type { WriterOptions } from './writer.js';

export type { ComparedBin, CounterReport } from '../../flash/counter-report.js';
export type { CounterSummary } from '../../flash/counters.js';
export type { NandReport, TreeReport } from '../../flash/kind.js';
export type { FlashPlan, LostPartition, ReadBack, Step } from '../../flash/steps.js';
export type { ByteRange } from '../../image/image.js';
export type { FlashedTarget } from './flash-target.js';
export type { WriterOptions } from './writer.js';

/** Which way images are written. */
export interface FlashWay {
  /**
   * `full` sends all of each image without comparing, `delta` compares all of it and sends only what differs. Without it, some
   * places of the medium tell which is faster. What a program takes as one stream is sent whole in either case.
   */
  way?: 'full' | 'delta';
}

/** What is drawn of a flash. */
export interface FlashPicture {
  /** A file for a picture of the erase counters before and after, as SVG. */
  svg?: string;
}

/** What `flash` takes. */
export interface FlashOptions extends Connection, Consent, FlashWay, FlashPicture, WriterOptions {
  /** Target name → the image: a path, `raw:` and a path, or a request. */
  images: Record<string, string | ImageRequest>;
  /** Whether to only compare and plan, and write nothing. */
  dryRun?: boolean;
  /** Asks whether to go on, after all was checked and before the first write; without it, it goes on. */
  confirm?: Confirm;
}

/** What `flash` gives. */
export interface FlashResult {
  /** The device, as it was named. */
  host: string;
  /** What had to be written, in the order in which it is: what makes the device start goes last. */
  plans: FlashPlan[];
  /** What became of each target; none after a dry run. */
  targets: FlashedTarget[];
  /** After a dry run: what somebody would be asked to agree to. */
  overwrite?: OverwritePlan;
  /** The picture of the erase counters that was written. */
  svg?: string;
  /** The number of the lease that it last wrote with. */
  lease?: number;
}

/**
 * Writes images to targets of a device in maintenance, and reads back what was written. All targets are checked before
 * the first byte is written to any of them.
 * @throws LevitateError what indexing images throws, TARGET_*, IMAGE_*, LEASE_HELD, COUNTERS_AT_RISK, VOLUMES_AT_RISK
 * before the first write; CONNECTION_LOST, LEASE_LOST, FLASHER_FAILED, WRITE_FAILED, VERIFY_FAILED after it
 */
export async function flash(options: FlashOptions, run: Run = {}): Promise<FlashResult> {
  const { host } = options;
  await checkLocalMachine('nothing');
  await checkPicture(options.svg);
  // Reading an image takes long, so the session of an entry is looked for first.
  if (!(await loadSession(host, (message) => warn(run, message)))) throw notInMaintenance(host);
  const images = await indexImages(options.images, run);
  await using maintenance = await stoppable(run.signal, unwritten(host), () =>
    attach(options, run),
  );
  return await flashImages(maintenance, images, options, run);
}

/** What `flashImages` takes besides the images. */
export interface FlashImagesOptions extends Consent, FlashWay, FlashPicture, WriterOptions {
  /** Whether to only compare and plan, and write nothing. */
  dryRun?: boolean;
  /** Asks whether to go on, before the first write. */
  confirm?: Confirm | undefined;
  /** The targets of which a person has agreed to a write with a rescue, and to no other. */
  rescued?: string[];
  /** What the caller does once all is written. */
  ahead?: PhaseAhead[];
}

/**
 * The same over the handle of a device in maintenance, with images that were read already.
 * @throws LevitateError as `flash` does
 */
export const flashImages = (
  maintenance: Maintenance,
  images: TargetImage[],
  options: FlashImagesOptions,
  run: Run,
): Promise<FlashResult> =>
  stoppable(run.signal, unwritten(maintenance.session.host), async () => {
    try {
      return await flashAll(maintenance, images, options, run);
    } catch (error) {
      throw await withDeviceState(error, maintenance, run);
    } finally {
      await maintenance.lease?.release();
      maintenance.lease = undefined;
    }
  });

async function flashAll(
  maintenance: Maintenance,
  given: TargetImage[],
  options: FlashImagesOptions,
  run: Run,
): Promise<FlashResult> {
  const { session } = maintenance;
  const { host } = session;
  refuseUnreleased(maintenance);
  const profile = await maintenance.profile(run);
  const images = memberImages(profile, await signedImages(given, profile, run));
  const keep = keptBy(profile, images);
  const kept = keep !== undefined && !options.dropKept;
  const { compatible, compatVersion } = session;
  refuseOtherBoards(images, { compatible, compatVersion }, { ...options, kept }, run);
  const keeping = keep && (await findKept(keep, session, options));
  const puts = keeping?.saved && keep;
  const layouts = await keptOfLayouts(maintenance, profile, images, options, run);
  const jobs = await findJobs(maintenance, profile, images, options, run);
  for (const job of jobs) if (options.rescued?.includes(job.target)) refuseWithoutRescue(job);
  const working: Pick<Job, 'state'>[] = [...jobs];
  const work = workOn(maintenance, working, run, options.leaseOwner);
  const { writing } = work;
  if (!options.dryRun) await writing(() => Promise.resolve());
  for (const job of jobs) {
    const consent = beforeKept(targetIn(profile, job.target), options);
    await work.reading((connected) => inspectTarget(connected, job, consent));
  }
  const volumes: VolumeKeeping[] = [];
  for (const job of jobs) {
    const found = await findVolumes(job, layouts.get(job.target)!, session, options, run);
    if (found) volumes.push(found);
  }
  working.push(...volumes.flatMap(({ states }) => states.map((state) => ({ state }))));
  if (options.dryRun || options.confirm) {
    const planned = await planAll(jobs, work);
    const overwrite = () => withKept(planInMaintenance(maintenance, planned, options), puts);
    if (options.dryRun) {
      inform(run, newSystemLogin(session.user));
      const commands = commandCheck(profile, 'after-flash');
      if (commands) inform(run, `${commands.name}: ${commands.found}`);
      const plans = planned.map(({ plan }) => plan);
      return { host, plans, targets: [], overwrite: overwrite() };
    }
    await agreeAwake(maintenance, profile, () => agree(options.confirm, overwrite, run));
  }
  await noteImages(session, images, run);
  for (const job of jobs) await dropWaiting(host, job.target, options, run);
  const putting: VolumeKeeping[] = [];
  for (const one of volumes)
    if (await saveVolumes(one, session, work.reading, run)) putting.push(one);
  await options.beforeWrite?.();
  await beforeFirstWrite(host, run);
  if (keeping) await noteWriting(keeping);
  const phases = jobs.flatMap(({ target, image, state }) =>
    aheadOfTarget(target, image, state.plan),
  );
  const settling = [...aheadOfVolumes(putting), ...aheadOfSettling({ profile, keep: puts })];
  report(run, { type: 'ahead', phases: [...phases, ...settling, ...(options.ahead ?? [])] });
  const done: Awaited<ReturnType<typeof flashTarget>>[] = [];
  for (const job of jobs) {
    const of = putting.find((one) => one.job === job);
    if (of) await noteVolumesWriting(of);
    done.push(await writing((lease, connected) => flashTarget(connected, job, lease)));
    if (of) await writing((lease, connected) => putVolumes(connected, of, session, lease));
  }
  const committed = await writing((lease, connected) => commitTargets(connected, jobs, lease));
  if (keeping) await putKept(maintenance, profile, keeping, writing, run);
  const targets = done.map(({ flashed }, index) => ({
    ...flashed,
    ...committed.get(jobs[index]!),
    ...putBack(putting.find((one) => one.job === jobs[index])),
  }));
  const written = jobs.map(({ target }) => target);
  await afterFlash(maintenance, profile, written, writing, run);
  return {
    host,
    plans: done.map(({ plan }) => plan),
    targets,
    ...(await drawFlash(options.svg, host, targets, run)),
    ...(maintenance.lease ? { lease: maintenance.lease.token } : {}),
  };
}

/** Refuses a device on which something of the old system is left, or whose maintenance system is not that of the entry. */
function refuseUnreleased({ status, session }: Maintenance): void {
  const reason = maintenanceFault({ ...status, held: [] }, session);
  if (reason !== undefined)
    throw new LevitateError('TARGET_IN_USE', `the device is not off its flash: ${reason}`);
  if (status.held.length > 0) throw inUse('the device is not off its flash', status.held);
}

/**
 * Waits for a person's answer. A device that was written to waits by itself; any other one is contacted meanwhile, for which every
 * verb of the flasher will do, and the shortest answer is best.
 */
async function agreeAwake(
  maintenance: Maintenance,
  { safety }: Profile,
  asked: () => Promise<void>,
): Promise<void> {
  const contact = () => callFlasher(maintenance.transport, ['journal']);
  await (maintenance.status.touched
    ? asked()
    : keptAwake(contact, safety.idleTimeoutSeconds, asked));
}
