import { Budget } from '../../shared/budget.js';
import type { StoredFile } from '../stored-file.js';

/** What a decoder is given besides the file, and what it reports about the content. */
export interface Decoding {
  readonly budget: Budget;
  /** A decoder sets this where it has given content that no checksum covers. */
  unchecked: boolean;
}

/**
 * Decompresses a whole file, piece by piece.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_FORMAT for content that needs more memory than the limit,
 * or a dictionary or filter that is missing; TOOL_MISSING; what reading the file and the budget throw
 */
export type Decoder = (file: StoredFile, decoding: Decoding) => AsyncGenerator<Uint8Array, void>;

/**
 * A decoder's bounds for an image of any size: the number of pieces (members, streams, frames) that hold hardly any
 * content is bounded, because each costs work, and so are the names in their headers.
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
