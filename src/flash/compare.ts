import { callFlasher } from '../device/flasher.js';
import { isReply } from '../protocol/parse-reply.js';
import { isCode } from '../errors.js';
import { soundHeaders } from './counters.js';
import type { Behind } from './plan.js';
import { piecesOf, readPieces } from './read.js';
import type { Context, Job } from './write.js';

/**
 * Compares the medium with the image. Where chunks are written one by one, all of it is read; where the image goes as
 * one stream, only until a difference shows, because then all of it is written.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on)
 */
export async function compareJob(context: Context, job: Job): Promise<void> {
  const { course, kind } = job;
  if (kind.write === 'chunks') {
    await readPieces(context, job, 'compare', course.onMedium, piecesOf(job).hashes.length);
    course.behind = await lookBehind(context, job);
  } else if (!(await isThere(context, job))) {
    course.onMedium = [];
  }
  course.compared = true;
}

/** What the present content leaves alive behind the image's end. */
async function lookBehind({ transport }: Context, { image, args }: Job): Promise<Behind> {
  const replies = await callFlasher(transport, ['remains', image.length, ...args]);
  return {
    remains: replies.flatMap((reply) =>
      isReply(reply, 'remain')
        ? [{ what: reply.what, offset: reply.offset, bytes: reply.length }]
        : [],
    ),
    lost: replies.flatMap((reply) => {
      if (!isReply(reply, 'lost')) return [];
      const { node, label, offset, length } = reply;
      return [{ node, label, offset, bytes: length }];
    }),
  };
}

/** SHA-256 of each chunk of the image as it is on the medium; empty where nothing of it counts as being there. */
export function chunksOnMedium({ course, kind, image }: Job): readonly string[] {
  if (kind.write === 'chunks') return course.onMedium.map(({ sha256 }) => sha256);
  return course.onMedium.length > 0 ? image.chunks : [];
}

/** Whether a stream's image is on the medium whole, with nothing behind it that a new write would have taken away. */
async function isThere(context: Context, job: Job): Promise<boolean> {
  const { course, facts, kind } = job;
  const { hashes } = piecesOf(job);
  const { ubi } = job.image;
  if (ubi && kind.readBack === 'body') {
    if (!soundHeaders(course.before, ubi, facts.bad_blocks ?? 0)) return false;
  }
  const differs = () => course.onMedium.some(({ sha256 }, index) => sha256 !== hashes[index]);
  try {
    while (course.onMedium.length < hashes.length && !differs()) {
      const count = Math.min(hashes.length, Math.max(1, 2 * course.onMedium.length));
      await readPieces(context, job, 'compare', course.onMedium, count);
      if (course.onMedium.length < count) return false;
    }
  } catch (error) {
    // A volume whose update was cut off, or a worn eraseblock, is read by nobody before it is written anew.
    if (isCode(error, 'VERIFY_FAILED')) return false;
    throw error;
  }
  if (differs()) return false;
  return (await lookBehind(context, job)).remains.length === 0;
}
