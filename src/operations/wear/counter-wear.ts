import { parseCounter, summarise, type CounterSummary } from '../../flash/counters.js';
import { histogram } from '../../flash/histogram.js';

/** How many eraseblocks have an erase counter in a range. */
export interface CounterBin {
  /** The lowest counter of the range. */
  from: number;
  /** The highest counter of the range. */
  to: number;
  /** How many eraseblocks. */
  count: number;
}

/** The erase counters of a UBI. */
export interface CounterWear extends CounterSummary {
  /** Eraseblocks that are erased and have no header yet. */
  empty: number;
  /** Eraseblocks whose header is damaged, or cannot be read; bad ones are often among them. */
  damaged: number;
  /** How many different sequence numbers the headers have: UBI attaches no flash with more than one. */
  sequences: number;
  /** How many eraseblocks have which counters. */
  histogram: CounterBin[];
  /** The counter of each eraseblock in their order; null where it has none. */
  counters: (number | null)[];
}

/** Reads erase counter headers, 64 bytes of each eraseblock as hex. Pure. */
export function counterWear(headers: readonly string[]): CounterWear {
  const counters = headers.map(parseCounter);
  const empty = headers.filter((header) => /^f{128}$/.test(header)).length;
  const summary = summarise(counters);
  // struct ubi_ec_hdr, image_seq; 0 fits any.
  const sequences = new Set(
    headers.flatMap((header, index) => (counters[index] === null ? [] : [header.slice(48, 56)])),
  );
  sequences.delete('00000000');
  return {
    ...summary,
    empty,
    damaged: summary.eraseblocks - summary.valid - empty,
    sequences: sequences.size,
    histogram: histogram([counters]).map(({ counts: [count = 0], ...range }) => ({
      ...range,
      count,
    })),
    counters,
  };
}
