import { Budget } from '../../shared/budget.js';
import type { StoredFile } from '../stored-file.js';

/** What decoders are given beside the file, and what they tell of it. */
export interface Decoding {
  readonly budget: Budget;
  /** Set by a decoder that gave content which no checksum is about. */
  unchecked: boolean;
}

/**
 * Decompresses a whole file, piece by piece.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_FORMAT for what needs more memory than it may have, or
 * something that is not there; TOOL_MISSING; what the file and the budget throw
 */
export type Decoder = (file: StoredFile, decoding: Decoding) => AsyncGenerator<Uint8Array, void>;

/**
 * A decoder's bounds for an image of any size: pieces (members, streams, frames) that hold next to nothing are
 * bounded, because each costs work, and so are the names in their headers.
 */
export const decodingImage = (path: string): Decoding => ({
  budget: new Budget(`the image ${path}`, {
    bytes: Infinity,
    entries: 1000,
    names: 64 * 1024,
    bytesPerEntry: 1024,
  }),
  unchecked: false,
});
