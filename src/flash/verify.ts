import { LevitateError } from '../errors.js';
import { chunkSize } from '../image/image.js';
import type { Context, Job } from './kind.js';
import { readPieces, type Pieces } from './pieces.js';

/**
 * Reads back what was written, past every cache, compares it with the image, and lets the device note that it is whole.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on); LEASE_LOST; VERIFY_FAILED naming the MiB that differ
 */
export async function verifyPieces(
  context: Context,
  job: Job,
  lease: number,
  pieces: Pieces,
): Promise<void> {
  const { state, image } = job;
  if (state.verified) return;
  await readBack(context, job, pieces);
  await context.flasher.verified(lease, image.sha256);
  state.verified = true;
}

/**
 * Reads back what was written, past every cache, and compares it with the image.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on); VERIFY_FAILED naming the MiB that differ
 */
export async function readBack(context: Context, job: Job, pieces: Pieces): Promise<void> {
  const { state } = job;
  const { hashes, bytes } = pieces;
  await readPieces(context, job, pieces, 'verify', state.readBack, hashes.length);
  const wrong = hashes.flatMap((sha256, index) =>
    sha256 === state.readBack[index]?.sha256 ? [] : [Math.floor((index * bytes) / chunkSize)],
  );
  if (wrong.length > 0) throw differsFrom(job, `MiB ${wrong.slice(0, 10).join(', ')}`);
}

/**
 * Refuses chunks of which one was not read back, or is not that of the image.
 * @throws LevitateError VERIFY_FAILED naming the MiB that differ
 */
export function refuseWrong(job: Job, chunks: number[]): void {
  const { proven, wrong } = job.state;
  const bad = chunks.filter((index) => !proven.has(index) || wrong.has(index));
  if (bad.length > 0) throw differsFrom(job, `MiB ${bad.slice(0, 10).join(', ')}`);
}

/** The error for what was read back and is not the image. */
const differsFrom = ({ target, facts }: Job, where: string): LevitateError =>
  new LevitateError(
    'VERIFY_FAILED',
    `what was read back from ${facts.name} is not the image: ${where} differ`,
    {
      hint: 'The device stays in maintenance. Flash again; if it fails in the same place, the medium is worn out.',
      data: { target, node: facts.node },
    },
  );
