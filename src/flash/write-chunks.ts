import { isCode } from '../errors.js';
import { refuseChanged } from '../image/chunks.js';
import { chunkBytes } from '../image/image.js';
import { report } from '../progress.js';
import { compareChunk, differs } from './compare-chunks.js';
import { frames } from './frames.js';
import type { Context, Job } from './kind.js';
import { proveChunk } from './prove.js';
import { ReadAhead } from './read-ahead.js';
import { refuseWrong } from './verify.js';
import { acknowledge, completeWrite, openWrite, overWire } from './write.js';

/**
 * Writes the chunks that differ, each by itself. What was not compared before is compared ahead of the write, and what is
 * written is read back behind it.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on); LEASE_LOST, FLASHER_FAILED, WRITE_FAILED
 */
export async function writeChunks(context: Context, job: Job, lease: number): Promise<void> {
  await completeWrite(context, job, lease, async () => {
    const { state, image } = job;
    const zeros = zerosOf(job);
    await lookAgain(context, job, zeros);
    const all = [...image.chunks.keys()];
    const ahead = new ReadAhead(
      context,
      job,
      all.filter((index) => !state.found.has(index)),
    );
    const wants = async (index: number): Promise<boolean> => {
      await compareChunk(job, index, ahead);
      return differs(job, index);
    };
    if (!(await someAre(all, wants))) return;
    const startsRescue = await startRescue(context, job, lease);
    await openWrite(context, job, lease);
    // From here on the content of the first chunk is unknown until it is acknowledged.
    state.onMedium.chunks[0] = '';
    state.proven.delete(0);
    await feedChunks(context, job, lease, { zeros, wants, startsRescue });
  });
}

async function someAre(
  all: number[],
  wants: (index: number) => Promise<boolean>,
): Promise<boolean> {
  for (const index of all) if (await wants(index)) return true;
  return false;
}

/** Which chunks go, and how. */
interface Feeding {
  /** Those that the device writes as zeros. */
  zeros: ReadonlySet<number>;
  wants: (index: number) => Promise<boolean>;
  /** Whether the disk starts a rescue until the first chunk is written. */
  startsRescue: boolean;
}

/** Makes the disk start its rescue, where it gets one, before anything else of it changes. */
async function startRescue({ flasher }: Context, job: Job, lease: number): Promise<boolean> {
  const { powerCut } = job.facts;
  if (powerCut?.leadsTo !== 'rescue') return false;
  await flasher.writeRescue(lease, powerCut, job.rescue);
  return true;
}

async function feedChunks(
  context: Context,
  job: Job,
  lease: number,
  { zeros, wants, startsRescue }: Feeding,
): Promise<void> {
  const { flasher, signal } = context;
  const { state, image, target } = job;
  let there = bytesThere(job);
  /** Counts a chunk that has come to be on the medium; to sum all of them up for each would be slow. */
  const count = (index: number, wasDifferent: boolean): void => {
    if (wasDifferent && !differs(job, index)) there += chunkBytes(image.length, index);
  };
  const wantsAndCounts = async (index: number): Promise<boolean> => {
    const wasDifferent = differs(job, index);
    const wanted = await wants(index);
    count(index, wasDifferent);
    return wanted;
  };
  const link = overWire(job);
  const onChunk = (index: number): void => {
    link.onChunk(index);
    state.proven.delete(index);
  };
  let invalidated = startsRescue;
  let noteAcknowledged = (): void => undefined;
  /** What makes the target start goes when all else was read back: until then nothing starts what may not be whole. */
  const beforeFirst = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      noteAcknowledged = () => {
        if (state.unsure.size === 0) resolve();
      };
      noteAcknowledged();
    });
    await proveRest(context, job);
  };
  const sending = {
    ...link,
    ...{
      firstIsLast: true,
      startsRescue,
      beforeFirst,
      // To hash them here as well would take longer than all else that is done with them.
      hashedThere: true,
      zeros,
      wants: wantsAndCounts,
      onChunk,
      signal,
    },
  };
  await flasher
    .feed(
      lease,
      frames(image, sending),
      ({ index, isReadBack }) => {
        if (!invalidated) {
          invalidated = true;
          return;
        }
        const wasDifferent = differs(job, index);
        acknowledgeChunk(job, index, zeros.has(index));
        count(index, wasDifferent);
        if (isReadBack) state.proven.add(index);
        // Whether it is whole is told by the end: a cut of this is one of the feed as well.
        else proveChunk(context, job, index).catch(() => undefined);
        noteAcknowledged();
        report(context, {
          type: 'bytes',
          phase: 'write',
          done: there,
          total: image.length,
          subject: target,
        });
      },
      signal,
    )
    .catch(async (error: unknown) => {
      // The device cannot tell an image that has changed from a frame that is wrong.
      const last = Math.max(-1, ...state.unsure);
      if (isCode(error, 'WRITE_FAILED') && last >= 0) await refuseChanged(image, last, signal);
      throw error;
    });
}

/**
 * Reads back all chunks but the first one that were not read since they were written.
 * @throws LevitateError CONNECTION_LOST; VERIFY_FAILED where one cannot be read, or is not that of the image
 */
async function proveRest(context: Context, job: Job): Promise<void> {
  const { state, image } = job;
  const rest = [...image.chunks.keys()].slice(1);
  await Promise.all(
    rest
      .filter((index) => !state.proven.has(index) && !state.wrong.has(index))
      .map((index) => proveChunk(context, job, index)),
  );
  refuseWrong(job, rest);
}

/** Chunks of the image that the device writes as zeros, without any bytes of theirs. */
function zerosOf({ kind, image, facts }: Job): ReadonlySet<number> {
  const steps = kind.plan(image, { chunks: [], remains: [], lost: [] }, facts.node, facts);
  return new Set(steps.flatMap((step) => (step.do === 'zero' ? step.chunks : [])));
}

/** Bytes of the image that are on the medium. */
const bytesThere = ({ state: { onMedium }, image }: Job): number =>
  image.chunks.reduce(
    (sum, sha256, index) =>
      sha256 === onMedium.chunks[index] ? sum + chunkBytes(image.length, index) : sum,
    0,
  );

/**
 * Reads the chunks whose acknowledgement a cut may have lost, so that none is sent again without need; one that cannot be read
 * is.
 */
async function lookAgain(
  { flasher }: Context,
  job: Job,
  zeros: ReadonlySet<number>,
): Promise<void> {
  const { state, image } = job;
  for (const index of [...state.unsure]) {
    const found = await flasher.readChunk(image.length, index).catch((error: unknown) => {
      if (!isCode(error, 'VERIFY_FAILED')) throw error;
    });
    if (found === image.chunks[index]) acknowledgeChunk(job, index, zeros.has(index));
    state.unsure.delete(index);
  }
}

/** Notes a written chunk. A chunk that was on the medium already counts as no progress. */
function acknowledgeChunk(job: Job, index: number, isZero: boolean): void {
  const { onMedium } = job.state;
  const sha256 = acknowledge(job, index, isZero ? 0 : chunkBytes(job.image.length, index));
  if (onMedium.chunks[index] !== sha256) job.state.progress += 1;
  onMedium.chunks[index] = sha256;
}
