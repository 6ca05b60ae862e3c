import { Budget } from '../../shared/budget.js';

/** What decoders are given beside the file, and what they tell of it. */
export interface Decoding {
  readonly budget: Budget;
  /** Set by a decoder that gave content which no checksum is about. */
  unchecked: boolean;
}

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
