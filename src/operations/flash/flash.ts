import { connectMaintenance, type Connection } from '../../device/connect.js';
import { callFlasher, flasherProfile, flasherStatus, type Lease } from '../../device/flasher.js';
import { replyOf } from '../../device/replies.js';
import { isReply } from '../../protocol/parse-reply.js';
import { loadSession } from '../../device/session.js';
import type { Transport } from '../../ssh/transport.js';
import { retryOnce } from '../../shared/poll.js';
import { exitStatus, LevitateError } from '../../errors.js';
import { Course } from '../../flash/course.js';
import type { FlashPlan } from '../../flash/plan.js';
import { presentNote } from '../../flash/present.js';
import { planJob, type Job } from '../../flash/write.js';
import type { ImageIndex } from '../../image/image.js';
import { indexImage } from '../../image/index.js';
import { asRequest, type ImageRequest } from '../../image/request.js';
import type { Profile } from '../../profile/profile.js';
import { inPhase, warning, type Emit } from '../../progress.js';
import { refuseOtherBoards } from './boards.js';
import { inUse } from './in-use.js';
import { flashTarget, type FlashedTarget } from './flash-target.js';
import { checkLocalMachine } from '../local-machine.js';
import { stoppable } from '../interrupt.js';
import { acquireLease, retryOnDisconnect, type Link } from './retry-on-disconnect.js';
import { maintenanceFault } from '../enter/verify-released.js';
import { notInMaintenance, openMaintenance } from '../open-maintenance.js';
import { checkConsents, type Consent } from './consents.js';
import { refuseMisfit, refuseOverlap, targetIn } from './targets.js';

export { imageRequest, type ImageRequest } from '../../image/request.js';

export interface FlashOptions extends Connection, Consent {
  /** Target name → the image: a path, `raw:` and a path, or a request. */
  images: Record<string, string | ImageRequest>;
  /** Compare and plan, and write nothing. */
  dryRun?: boolean;
  /** The same images, where they were read already. */
  indexed?: [string, ImageIndex][];
}

export interface FlashResult {
  host: string;
  plans: FlashPlan[];
  targets: FlashedTarget[];
  /** The number of the lease that it wrote with at last. */
  lease?: number;
}

/**
 * Writes images to targets of a device in maintenance, and reads back what was written. Everything that can be
 * checked is checked for all targets before the first byte is written to any.
 * @throws LevitateError what indexing images throws, TARGET_*, IMAGE_*, LEASE_HELD, COUNTERS_AT_RISK,
 * VOLUMES_AT_RISK before the first write; CONNECTION_LOST, LEASE_LOST, WRITE_FAILED, VERIFY_FAILED after it
 */
export async function flash(
  options: FlashOptions,
  emit: Emit,
  signal?: AbortSignal,
): Promise<FlashResult> {
  await checkLocalMachine('nothing');
  // Reading an image takes long: what an entry from here must have left is looked for first.
  if (!(await loadSession(options.host, warning(emit)))) throw notInMaintenance(options.host);
  const images = options.indexed ?? (await indexImages(options.images, emit, signal));
  const work = () => flashImages(options, images, emit, signal);
  return await stoppable(
    signal,
    {
      code: 'INTERRUPTED_IN_MAINTENANCE',
      message: `interrupted; ${options.host} is in maintenance`,
      hint: 'Nothing was written.',
    },
    () => (options.dryRun ? retryOnce(work) : work()),
  );
}

async function flashImages(
  options: FlashOptions,
  images: [string, ImageIndex][],
  emit: Emit,
  signal: AbortSignal | undefined,
): Promise<FlashResult> {
  const { session, transport, status } = await openMaintenance(options, emit, signal);
  const link: Link = {
    connect: () => connectMaintenance(session),
    transport,
    lease: undefined,
  };
  try {
    const reason = maintenanceFault({ ...status, held: [] }, session);
    if (reason !== undefined) {
      throw new LevitateError('TARGET_IN_USE', `the device is not off its flash: ${reason}`);
    }
    if (status.held.length > 0) throw inUse('the device is not off its flash', status.held);
    refuseOtherBoards(images, session.compatible, emit);
    const profile = await flasherProfile(transport);
    const jobs: Job[] = [];
    for (const [target, image] of images)
      jobs.push(await findJob(transport, profile, target, image, emit));
    refuseOverlap(jobs);
    const context = () => ({ transport: link.transport, emit, ...(signal ? { signal } : {}) });
    const carryOn = <T>(work: () => Promise<T>) =>
      retryOnDisconnect(link, jobs, emit, signal, work);
    /** Does work that needs the right to write; a new connection takes it anew. */
    const writing = <T>(work: (lease: Lease) => Promise<T>) =>
      carryOn(async () => work((link.lease ??= await acquireLease(link))));
    if (!options.dryRun) await writing(() => Promise.resolve());
    await carryOn(() => checkConsents(context(), jobs, options));
    if (options.dryRun) {
      const plans: FlashPlan[] = [];
      for (const job of jobs) plans.push(await carryOn(() => planJob(context(), job)));
      return { host: options.host, plans, targets: [] };
    }
    const done: Awaited<ReturnType<typeof flashTarget>>[] = [];
    for (const job of jobs) done.push(await writing((lease) => flashTarget(context(), job, lease)));
    return {
      host: options.host,
      plans: done.map(({ plan }) => plan),
      targets: done.map(({ flashed }) => flashed),
      ...(link.lease ? { lease: link.lease.token } : {}),
    };
  } catch (error) {
    throw await withDeviceState(error, options.host, link, signal);
  } finally {
    await link.lease?.release();
    await link.transport.close();
  }
}

/** Reads every image from end to end, before any device is asked for anything. */
export async function indexImages(
  images: Record<string, string | ImageRequest>,
  emit: Emit,
  signal?: AbortSignal,
): Promise<[string, ImageIndex][]> {
  const found: [string, ImageIndex][] = [];
  for (const [target, given] of Object.entries(images)) {
    const request = asRequest(given);
    found.push([
      target,
      await inPhase(emit, 'image', () => indexImage(request, { emit, signal }), request.path).catch(
        (error: unknown) => {
          if (!signal?.aborted) throw error;
          throw new LevitateError('INTERRUPTED', 'interrupted while the images were read', {
            hint: 'Nothing was asked of the device.',
            cause: error,
          });
        },
      ),
    ]);
  }
  return found;
}

async function findJob(
  transport: Transport,
  profile: Profile,
  target: string,
  image: ImageIndex,
  emit: Emit,
): Promise<Job> {
  const { kind, args } = targetIn(profile, target);
  const replies = await callFlasher(transport, ['target', ...args]);
  const facts = replyOf(replies, 'target');
  refuseMisfit(target, kind, image, facts);
  const message = presentNote(image, facts);
  if (message !== undefined) emit({ type: 'note', level: 'warning', message });
  const holders = replies.flatMap((reply) => (isReply(reply, 'holder') ? [reply.what] : []));
  if (holders.length > 0) {
    throw inUse(`${target} (${facts.name}) is in use`, holders);
  }
  return { target, kind, args, facts, image, course: new Course() };
}

/** The error, with the exit status that tells where it left the device. */
async function withDeviceState(
  error: unknown,
  host: string,
  link: Link,
  signal: AbortSignal | undefined,
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
  const touched = await flasherStatus(link.transport).then(
    (status) => status.touched,
    // Nobody can tell any more: a device that may have been written to counts as written to.
    () => link.lease !== undefined,
  );
  if (!touched) return error;
  const { code, message, data } = error;
  return new LevitateError(code, message, {
    hint: [error.hint, 'The device was written to, and stays in maintenance.', hint]
      .filter(Boolean)
      .join(' '),
    cause: error,
    exit: exitStatus.maintenance,
    ...(data ? { data } : {}),
  });
}
