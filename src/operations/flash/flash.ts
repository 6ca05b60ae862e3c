import { interruptible, type Connection } from '../../device/connect.js';
import { callFlasher, flasherStatus, type Lease } from '../../device/flasher.js';
import { replyOf } from '../../device/replies.js';
import { isReply } from '../../protocol/parse-reply.js';
import { inUse } from '../../device/in-use.js';
import { loadSession } from '../../device/session.js';
import { amended, exitStatus, isCode, LevitateError } from '../../errors.js';
import { JobState } from '../../flash/job-state.js';
import type { Consent, Job } from '../../flash/kind.js';
import { presentNote } from '../../flash/present.js';
import type { FlashPlan } from '../../flash/steps.js';
import type { ImageIndex } from '../../image/image.js';
import type { ImageRequest } from '../../image/request.js';
import type { Profile } from '../../profile/profile.js';
import { inform, report, warn, type PhaseAhead, type Run } from '../../progress.js';
import type { Transport } from '../../ssh/transport.js';
import { agree, type Confirm } from '../agree.js';
import { attach, notInMaintenance } from '../attach.js';
import { maintenanceFault } from '../enter/verify-released.js';
import { stoppable, unwritten } from '../interrupt.js';
import { keptBy } from '../keep/keep.js';
import { findKept, noteWriting, putKept } from '../keep/put.js';
import { newSystemLogin } from '../leave/new-system-login.js';
import { checkLocalMachine } from '../local-machine.js';
import type { Maintenance } from '../maintenance.js';
import { planInMaintenance, withKept, type OverwritePlan } from '../overwrite-plan.js';
import { aheadOfSettling, aheadOfTarget } from '../phases-ahead.js';
import { indexImages, type TargetImage } from '../prepare.js';
import { checkPicture, drawFlash } from '../wear/picture.js';
import { commandCheck } from '../device-commands.js';
import { afterFlash } from './after-flash.js';
import { refuseOtherBoards } from './boards.js';
import {
  commitTargets,
  flashTarget,
  inspectTarget,
  planTarget,
  type FlashedTarget,
} from './flash-target.js';
import { noteImages } from './note-images.js';
import { keptAwake } from './keep-awake.js';
import { acquireLease, retryOnDisconnect } from './retry-on-disconnect.js';
import { signedImages } from './signed-images.js';
import { refuse, refuseOverlap, shareFacts, targetIn } from './targets.js';

export type { ComparedBin, CounterReport } from '../../flash/counter-report.js';
export type { CounterSummary } from '../../flash/counters.js';
export type { NandReport } from '../../flash/kind.js';
export type { FlashPlan, LostPartition, ReadBack, Step } from '../../flash/steps.js';
export type { FlashedTarget } from './flash-target.js';

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
export interface FlashOptions extends Connection, Consent, FlashWay, FlashPicture {
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
  /** What had to be written, in the order of the images. */
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
export interface FlashImagesOptions extends Consent, FlashWay, FlashPicture {
  /** Whether to only compare and plan, and write nothing. */
  dryRun?: boolean;
  /** Asks whether to go on, before the first write. */
  confirm?: Confirm | undefined;
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
      return await flashWith(maintenance, images, options, run);
    } catch (error) {
      throw await withDeviceState(error, maintenance, run);
    } finally {
      await maintenance.lease?.release();
      maintenance.lease = undefined;
    }
  });

async function flashWith(
  maintenance: Maintenance,
  given: TargetImage[],
  options: FlashImagesOptions,
  run: Run,
): Promise<FlashResult> {
  const { session, status } = maintenance;
  const { host } = session;
  const reason = maintenanceFault({ ...status, held: [] }, session);
  if (reason !== undefined)
    throw new LevitateError('TARGET_IN_USE', `the device is not off its flash: ${reason}`);
  if (status.held.length > 0) throw inUse('the device is not off its flash', status.held);
  refuseOtherBoards(given, session.compatible, run);
  const profile = await maintenance.profile(run);
  const images = await signedImages(given, profile, run);
  const keep = keptBy(profile, images);
  const keeping = keep && (await findKept(keep, session, options));
  const puts = keeping?.saved && keep;
  const jobs: Job[] = [];
  for (const [target, image] of images) {
    const find = (transport: Transport) =>
      findJob(interruptible(transport, run.signal), profile, target, image, options, run);
    jobs.push(await maintenance.ask(run, find));
  }
  refuseOverlap(jobs);
  shareFacts(jobs);
  for (const { target, kind, image, facts } of jobs)
    refuse(target, kind.check(image, facts, options));
  const context = () => ({ transport: maintenance.transport, ...run });
  const carryOn = <T>(work: () => Promise<T>) => retryOnDisconnect(maintenance, jobs, run, work);
  /** Does work that needs the lease; a new connection takes a new one. */
  const writing = <T>(work: (lease: Lease) => Promise<T>) =>
    carryOn(async () => work((maintenance.lease ??= await acquireLease(maintenance))));
  if (!options.dryRun) await writing(() => Promise.resolve());
  for (const job of jobs) await carryOn(() => inspectTarget(context(), job, options));
  if (options.dryRun) {
    const planned: { job: Job; plan: FlashPlan }[] = [];
    for (const job of jobs)
      planned.push({ job, plan: await carryOn(() => planTarget(context(), job)) });
    inform(run, newSystemLogin(session.user));
    const commands = commandCheck(profile, 'after-flash');
    if (commands) inform(run, `${commands.name}: ${commands.found}`);
    const overwrite = withKept(planInMaintenance(maintenance, planned, options), puts);
    return { host, plans: planned.map(({ plan }) => plan), targets: [], overwrite };
  }
  if (options.confirm) {
    const planned: { job: Job; plan: FlashPlan }[] = [];
    for (const job of jobs) {
      const plan = (job.state.plan ??= await carryOn(() => planTarget(context(), job)));
      planned.push({ job, plan });
    }
    const asked = () =>
      agree(
        options.confirm,
        () => withKept(planInMaintenance(maintenance, planned, options), puts),
        run,
      );
    // A device that was written to waits by itself, and for the shortest answer every verb counts as contact.
    const contact = () => callFlasher(maintenance.transport, ['journal']);
    await (status.touched ? asked() : keptAwake(contact, profile.safety.idleTimeoutSeconds, asked));
  }
  await noteImages(session, images, run);
  if (keeping) await noteWriting(keeping);
  const phases = jobs.flatMap(({ target, image, state }) =>
    aheadOfTarget(target, image, state.plan),
  );
  const settling = aheadOfSettling({ profile, keep: puts });
  report(run, { type: 'ahead', phases: [...phases, ...settling, ...(options.ahead ?? [])] });
  const done: Awaited<ReturnType<typeof flashTarget>>[] = [];
  for (const job of jobs) done.push(await writing((lease) => flashTarget(context(), job, lease)));
  const committed = await writing((lease) => commitTargets(context(), jobs, lease));
  if (keeping) await putKept(maintenance, profile, keeping, writing, run);
  const targets = done.map(({ flashed }, index) => ({
    ...flashed,
    ...committed.get(jobs[index]!),
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

async function findJob(
  transport: Transport,
  profile: Profile,
  target: string,
  image: ImageIndex,
  options: Consent & FlashWay,
  run: Run,
): Promise<Job> {
  const { kind, args } = targetIn(profile, target);
  const replies = await callFlasher(transport, ['target', ...args]);
  const facts = replyOf(replies, 'target');
  refuse(target, kind.check(image, facts, options));
  const message = presentNote(image, facts);
  if (message !== undefined) warn(run, message);
  const holders = replies.flatMap((reply) => (isReply(reply, 'holder') ? [reply] : []));
  if (holders.length > 0) {
    throw inUse(`${target} (${facts.name}) is in use`, holders);
  }
  const forced = options.way;
  return { target, kind, args, facts, image, forced, state: new JobState() };
}

/** Gives the error with the exit status and the hint that tell where it left the device. */
async function withDeviceState(
  error: unknown,
  { session: { host }, transport, lease }: Maintenance,
  { signal }: Run,
): Promise<unknown> {
  const hint = `The same command again carries on. levitate status ${host} tells what was written.`;
  if (signal?.aborted) {
    return new LevitateError(
      'INTERRUPTED_IN_MAINTENANCE',
      `interrupted; ${host} is in maintenance`,
      {
        hint,
        cause: error,
      },
    );
  }
  if (!(error instanceof LevitateError) || error.exit === exitStatus.maintenance) return error;
  // The same command again would write over what somebody else has written since.
  if (isCode(error, 'LEASE_LOST')) return error;
  const touched = await flasherStatus(transport).then(
    (status) => status.touched,
    // Where the device does not answer, one that may have been written to counts as written to.
    () => lease !== undefined,
  );
  if (!touched) return error;
  const told = `The device was written to, and stays in maintenance. ${hint}`;
  return amended(error, told, exitStatus.maintenance);
}
