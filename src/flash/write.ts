import { callFlasher, type Lease } from '../device/flasher.js';
import { isReply, replyOf } from '../device/replies.js';
import type { Transport } from '../device/transport.js';
import { LevitateError } from '../errors.js';
import { chunkSize, type ImageIndex } from '../image/image.js';
import { inPhase, type Emit, type Phase } from '../progress.js';
import { parseCounter, type EraseCounters } from './counters.js';
import { frames } from './frames.js';
import { planFlash, type FlashPlan } from './plan.js';
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
}

export interface Context {
  transport: Transport;
  emit: Emit;
  signal?: AbortSignal;
}

/** What is on the medium now, chunk by chunk, read past the page cache. */
export async function readChunks(
  { transport, emit, signal }: Context,
  job: Job,
  phase: Phase,
): Promise<string[]> {
  const hashes: string[] = [];
  const total = job.image.length;
  await callFlasher(transport, ['hash', total, ...job.args], {
    ...(signal ? { signal } : {}),
    onReply: (reply) => {
      if (!isReply(reply, 'chunk')) return;
      inTurn(reply, hashes.length, Math.ceil(total / chunkSize));
      hashes.push(reply.sha256);
      const done = Math.min(total, hashes.length * chunkSize);
      emit({ type: 'bytes', phase, done, total, subject: job.target });
    },
  });
  return hashes;
}

/** Plans a job, after comparing the medium with the image where the kind can be compared. */
export async function planJob(context: Context, job: Job): Promise<FlashPlan> {
  const onMedium =
    job.kind.write === 'chunks'
      ? await inPhase(
          context.emit,
          'compare',
          () => readChunks(context, job, 'compare'),
          job.target,
        )
      : [];
  return planFlash(job.target, job.kind, job.facts, job.image, onMedium);
}

/** What a write did, in bytes. */
export interface Written {
  sentBytes: number;
  /** Whether the device had a write of this image waiting, from before a cut. */
  resumed: boolean;
}

/**
 * Sends what the plan wants written, and waits until it is on the medium.
 * @throws LevitateError CONTACT_LOST when the link was cut (the same call again carries on), WRITE_FAILED
 */
export async function writeJob(
  { transport, emit, signal }: Context,
  job: Job,
  plan: FlashPlan,
  lease: Lease,
): Promise<Written> {
  if (!plan.steps.some((step) => step.do === 'write')) return { sentBytes: 0, resumed: false };
  const { length, sha256 } = job.image;
  const opened = replyOf(
    await callFlasher(transport, ['open', lease.token, length, sha256, ...job.args]),
    'opened',
  );
  const from = job.kind.write === 'stream' ? opened.next : 0;
  const total = plan.sendBytes;
  let sentBytes = 0;
  const skipped = from * chunkSize;
  await callFlasher(transport, ['feed', lease.token, ...job.args], {
    stdin: frames(plan, job.image, from, signal),
    ...(signal ? { signal } : {}),
    onReply: (reply) => {
      if (!isReply(reply, 'written')) return;
      sentBytes += reply.bytes;
      const done = Math.min(total, skipped + sentBytes);
      emit({ type: 'bytes', phase: 'write', done, total, subject: job.target });
    },
  });
  await callFlasher(transport, ['finish', lease.token, ...job.args]);
  return { sentBytes: Math.min(sentBytes, total), resumed: opened.resumed };
}

/**
 * Reads back what was written, past the page cache, and compares it with the image.
 * @throws LevitateError VERIFY_FAILED naming the chunks that differ
 */
export async function verifyJob(context: Context, job: Job, lease: Lease): Promise<void> {
  if (job.kind.readBack === 'body') {
    const replies = await callFlasher(context.transport, ['body', job.image.length, ...job.args], {
      ...(context.signal ? { signal: context.signal } : {}),
      onReply: (reply) => {
        if (!isReply(reply, 'progress')) return;
        const { done, total } = reply;
        context.emit({ type: 'bytes', phase: 'verify', done, total, subject: job.target });
      },
    });
    const { sha256 } = replyOf(replies, 'body');
    if (sha256 !== job.image.ubi?.bodySha256) throw differs(job, 'the eraseblocks');
  } else {
    const hashes = await readChunks(context, job, 'verify');
    const wrong = job.image.chunks.flatMap((sha256, index) =>
      sha256 === hashes[index] ? [] : [index],
    );
    if (wrong.length > 0) throw differs(job, `MiB ${wrong.slice(0, 10).join(', ')}`);
  }
  await callFlasher(context.transport, ['verified', lease.token, job.image.sha256, ...job.args]);
}

/** The erase counters of the MTD under a target. */
export async function readCounters({ transport }: Context, job: Job): Promise<EraseCounters> {
  const { mtd_size: below, size, peb_size: eraseSize = 1 } = job.facts;
  const eraseblocks = Math.floor((below ?? size) / Math.max(1, eraseSize));
  const counters: EraseCounters = [];
  await callFlasher(transport, ['counters', ...job.args], {
    onReply: (reply) => {
      if (!isReply(reply, 'peb')) return;
      inTurn(reply, counters.length, eraseblocks);
      counters.push(parseCounter(reply.header));
    },
  });
  return counters;
}

/** The flasher tells of one after the other, and of no more than there are. */
function inTurn({ type, index }: { type: string; index: number }, next: number, all: number): void {
  if (index === next && index < all) return;
  throw new LevitateError(
    'WRITE_FAILED',
    `the flasher tells of ${type} ${index} where ${next < all ? `${next} of ${all} comes next` : `${all} are all`}`,
  );
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
