import { callFlasher, type Lease } from '../device/flasher.js';
import { replyOf } from '../device/replies.js';
import { isReply } from '../protocol/parse-reply.js';
import type { Transport } from '../ssh/transport.js';
import { LevitateError } from '../errors.js';
import { chunkSize, type ImageIndex } from '../image/image.js';
import { inPhase, report, warn, type Run } from '../progress.js';
import { chunksOnMedium, compareJob } from './compare.js';
import type { Course } from './course.js';
import { frames } from './frames.js';
import { behindTheEnd, planFlash, type FlashPlan } from './plan.js';
import { piecesOf, readPiece, readPieces } from './read.js';
import type { TargetFacts, TargetKind } from './target.js';

/** A target that was found on the device, and the image that goes there. */
export interface Job {
  /** Its name in the profile. */
  target: string;
  kind: TargetKind;
  /** The flasher's arguments for it, the kind's name first. */
  args: string[];
  facts: TargetFacts;
  image: ImageIndex;
  course: Course;
}

/** The way to the flasher, and who watches. */
export interface Context extends Run {
  transport: Transport;
}

/** Plans a job, after comparing the medium with the image. */
export async function planJob(context: Context, job: Job): Promise<FlashPlan> {
  if (!job.course.compared) {
    await inPhase(context, 'compare', () => compareJob(context, job), job.target);
    for (const message of behindTheEnd(job.target, job.course.behind)) warn(context, message);
  }
  return planOf(job);
}

const planOf = (job: Job): FlashPlan =>
  planFlash(job.target, job.kind, job.facts, job.image, chunksOnMedium(job), job.course.behind);

/**
 * Sends what is not on the medium yet, and waits until it is there.
 * @throws LevitateError CONNECTION_LOST when the link was cut (the same call again carries on), WRITE_FAILED
 */
export async function writeJob(context: Context, job: Job, lease: Lease): Promise<void> {
  const { course } = job;
  if (course.write === 'none' || course.write === 'begun') {
    if (job.kind.write === 'chunks') await lookAgain(context, job);
    const rest = planOf(job);
    if (rest.steps.some((step) => step.do === 'write')) await sendRest(context, job, rest, lease);
    if (course.write === 'begun') course.write = 'sent';
  }
  if (course.write === 'sent') {
    await callFlasher(context.transport, ['finish', lease.token, ...job.args]);
    course.write = 'finished';
  }
  await clearRemains(context, job, lease);
}

/** Takes away what the old content left alive behind the image; the flasher looks again whether it is gone. */
async function clearRemains({ transport }: Context, job: Job, lease: Lease): Promise<void> {
  const { remains } = job.course.behind;
  for (let next = remains[0]; next; next = remains[0]) {
    const { offset } = next;
    await callFlasher(transport, ['clear', lease.token, job.image.length, offset, ...job.args]);
    remains.shift();
    job.course.progress += 1;
  }
}

/** Asks the medium about chunks whose acknowledgement a cut may have taken, so that none is sent again in vain. */
async function lookAgain(context: Context, job: Job): Promise<void> {
  const { course, image } = job;
  for (const index of [...course.unsure]) {
    if ((await readPiece(context, job, index)) === image.chunks[index]) acknowledge(job, index);
    course.unsure.delete(index);
  }
}

async function sendRest(context: Context, job: Job, rest: FlashPlan, lease: Lease): Promise<void> {
  const { transport, signal } = context;
  const { course, kind } = job;
  const { length, sha256 } = job.image;
  course.write = 'begun';
  const opened = replyOf(
    await callFlasher(transport, ['open', lease.token, length, sha256, ...job.args]),
    'opened',
  );
  course.resumed ||= opened.resumed;
  const from = kind.write === 'stream' ? opened.next : 0;
  // What the device has of a stream, it tells itself.
  for (const index of course.unsure) if (index < from) acknowledge(job, index);
  course.unsure.clear();
  const total = (course.plan ?? rest).sendBytes;
  let invalidates = rest.steps.some((step) => step.do === 'invalidate');
  // From here on nobody knows what the first chunk is until it is acknowledged.
  if (invalidates) course.onMedium[0] = { sha256: '' };
  await callFlasher(transport, ['feed', lease.token, ...job.args], {
    stdin: frames(rest, job.image, from, {
      ...(signal ? { signal } : {}),
      onChunk: (index) => course.unsure.add(index),
    }),
    ...(signal ? { signal } : {}),
    onReply: (reply) => {
      if (!isReply(reply, 'written')) return;
      if (invalidates) {
        invalidates = false;
        return;
      }
      acknowledge(job, reply.index);
      const done = kind.write === 'stream' ? course.streamed * chunkSize : course.sentBytes;
      report(context, {
        type: 'bytes',
        phase: 'write',
        done: Math.min(total, done),
        total,
        subject: job.target,
      });
    },
  });
}

/** Notes that a chunk is written. One that is written again is no progress. */
function acknowledge({ course, kind, image }: Job, index: number): void {
  const sha256 = image.chunks[index];
  course.unsure.delete(index);
  if (sha256 === undefined)
    throw new LevitateError('WRITE_FAILED', `the flasher wrote chunk ${index}, which nobody sent`);
  if (kind.write === 'stream') {
    if (index >= course.streamed) course.progress += 1;
    course.streamed = Math.max(course.streamed, index + 1);
  } else {
    if (course.onMedium[index]?.sha256 !== sha256) course.progress += 1;
    course.onMedium[index] = { sha256 };
  }
  course.sentBytes += Math.min(chunkSize, image.length - index * chunkSize);
}

/**
 * Reads back what was written, past the page cache, and compares it with the image.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on); VERIFY_FAILED naming the chunks that differ
 */
export async function verifyJob(context: Context, job: Job, lease: Lease): Promise<void> {
  const { course, image } = job;
  const { hashes, bytes } = piecesOf(job);
  await readPieces(context, job, 'verify', course.readBack, hashes.length);
  const wrong = hashes.flatMap((sha256, index) =>
    sha256 === course.readBack[index]?.sha256 ? [] : [Math.floor((index * bytes) / chunkSize)],
  );
  if (wrong.length > 0) throw differs(job, `MiB ${wrong.slice(0, 10).join(', ')}`);
  await callFlasher(context.transport, ['verified', lease.token, image.sha256, ...job.args]);
  course.verified = true;
}

const differs = (job: Job, where: string): LevitateError =>
  new LevitateError(
    'VERIFY_FAILED',
    `what was read back from ${job.facts.name} is not the image: ${where} differ`,
    {
      hint: 'The device stays in maintenance. Flash again; if it fails in the same place, the medium is worn out.',
      data: { target: job.target, node: job.facts.node },
    },
  );
