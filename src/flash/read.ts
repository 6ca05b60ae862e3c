import { callFlasher } from '../device/flasher.js';
import { replyOf } from '../device/replies.js';
import { isReply } from '../protocol/parse-reply.js';
import { LevitateError } from '../errors.js';
import { chunkSize, pebsInGroup } from '../image/image.js';
import { report, type Phase } from '../progress.js';
import type { Hash } from './course.js';
import type { Context, Job } from './write.js';

/** The pieces that a job's medium is compared in: their hashes as the image has them, and the bytes of each. */
export function piecesOf({ kind, image }: Job): { hashes: readonly string[]; bytes: number } {
  if (kind.readBack === 'chunks' || !image.ubi) return { hashes: image.chunks, bytes: chunkSize };
  const { bodies, pebSize } = image.ubi;
  return { hashes: bodies, bytes: pebsInGroup(pebSize) * pebSize };
}

/**
 * Reads what is on the medium, piece by piece and past the page cache, and adds it to what was read before a cut.
 * @param count how many pieces there are to be in the end
 * @throws LevitateError CONNECTION_LOST (the same call again carries on), VERIFY_FAILED where it can't be read
 */
export async function readPieces(
  context: Context,
  job: Job,
  phase: Phase,
  into: Hash[],
  count: number,
): Promise<void> {
  if (into.length >= count) return;
  const { transport, signal } = context;
  const { bytes } = piecesOf(job);
  const total = job.image.length;
  const length = Math.min(total, count * bytes);
  const body = job.kind.readBack === 'body';
  const next = into.at(-1)?.next;
  const from = into.length === 0 ? [] : ['from', into.length, ...(body ? [next ?? 0] : [])];
  await callFlasher(transport, [body ? 'hash-ubi' : 'hash', length, ...from, ...job.args], {
    ...(signal ? { signal } : {}),
    onReply: (reply) => {
      if (!isReply(reply, 'chunk')) return;
      inTurn(reply, into.length, count);
      into.push({ sha256: reply.sha256, ...(body ? { next: reply.next ?? 0 } : {}) });
      job.course.progress += 1;
      const done = Math.min(total, into.length * bytes);
      report(context, { type: 'bytes', phase, done, total, subject: job.target });
    },
  });
}

/** The SHA-256 of one chunk as it is on the medium. */
export async function readPiece({ transport }: Context, job: Job, index: number): Promise<string> {
  const end = Math.min(job.image.length, (index + 1) * chunkSize);
  const replies = await callFlasher(transport, ['hash', end, 'from', index, ...job.args]);
  return replyOf(replies, 'chunk').sha256;
}

/** Reads the erase counter header of each eraseblock of the MTD under a target, as hex, and adds it to what was read. */
export async function readHeaders({ transport }: Context, job: Job, into: string[]): Promise<void> {
  const from = into.length === 0 ? [] : ['from', into.length];
  const { mtd_size: below, size, peb_size: eraseSize = 1 } = job.facts;
  const count = Math.floor((below ?? size) / Math.max(1, eraseSize));
  await callFlasher(transport, ['counters', ...from, ...job.args], {
    onReply: (reply) => {
      if (!isReply(reply, 'peb')) return;
      inTurn(reply, into.length, count);
      into.push(reply.header);
      job.course.progress += 1;
    },
  });
}

/** The flasher tells of one after the other, and of no more than there are. */
function inTurn({ type, index }: { type: string; index: number }, next: number, all: number): void {
  if (index === next && index < all) return;
  throw new LevitateError(
    'WRITE_FAILED',
    `the flasher tells of ${type} ${index} where ${next < all ? `${next} of ${all} comes next` : `${all} are all`}`,
  );
}
