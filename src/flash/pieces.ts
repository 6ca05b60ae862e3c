import { LevitateError } from '../errors.js';
import { chunkSize, type ImageIndex } from '../image/image.js';
import { report, type Phase } from '../progress.js';
import type { Hash } from './job-state.js';
import type { Context, Job } from './kind.js';

/** How an image is divided into the pieces in which a medium is compared with it. */
export interface Pieces {
  /** Hex SHA-256 of each piece as the image has it. */
  hashes: readonly string[];
  /** Bytes of the image in each piece; the last piece may hold fewer. */
  bytes: number;
}

/** The chunks of an image, as pieces. */
export const chunksOf = ({ chunks }: ImageIndex): Pieces => ({ hashes: chunks, bytes: chunkSize });

/**
 * Reads what is on the medium, piece by piece and past every cache, and adds it to what was read before a cut.
 * @param into the pieces that were read already, in their order
 * @param count how many pieces there are to be in the end
 * @throws LevitateError CONNECTION_LOST (the same call again carries on), VERIFY_FAILED where the medium cannot be read
 */
export async function readPieces(
  context: Context,
  { target, image, state }: Job,
  { bytes }: Pieces,
  phase: Phase,
  into: Hash[],
  count: number,
): Promise<void> {
  if (into.length >= count) return;
  const { flasher, signal } = context;
  const total = image.length;
  const place = into.at(-1)?.next;
  await flasher.hash(
    Math.min(total, count * bytes),
    { index: into.length, ...(place === undefined ? {} : { place }) },
    ({ index, ...piece }) => {
      checkTurn('chunk', index, into.length, count);
      into.push(piece);
      state.progress += 1;
      const done = Math.min(total, into.length * bytes);
      report(context, { type: 'bytes', phase, done, total, subject: target });
    },
    signal,
  );
}

/**
 * Checks that the flasher reports pieces or eraseblocks one after the other, and no more than there are.
 * @throws LevitateError FLASHER_FAILED
 */
export function checkTurn(what: string, index: number, next: number, all: number): void {
  if (index === next && index < all) return;
  throw new LevitateError(
    'FLASHER_FAILED',
    `the flasher tells of ${what} ${index} where ${next < all ? `${next} of ${all} comes next` : `${all} are all`}`,
  );
}
