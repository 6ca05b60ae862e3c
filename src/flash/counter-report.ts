import { summarise, type CounterSummary, type EraseCounters } from './counters.js';
import { histogram } from './histogram.js';

/** The erase counters of an MTD before a write and after it. */
export interface CounterReport {
  /** Their summary before the first write. */
  before: CounterSummary;
  /** Their summary after what was written was read back. */
  after: CounterSummary;
  /** How many eraseblocks had a counter that cannot be read any more. */
  lost: number;
  /** How many eraseblocks have a lower counter than before, because counting began anew. */
  reset: number;
  /** How many eraseblocks were given one and the same counter in place of different ones. */
  averaged: number;
  /** How many eraseblocks have which counters; none where no counter can be read. */
  histogram: ComparedBin[];
}

/** How many eraseblocks have a counter in a range, before a write and after it. */
export interface ComparedBin {
  /** The lowest counter of the range. */
  from: number;
  /** The highest counter of the range. */
  to: number;
  /** Eraseblocks before. */
  before: number;
  /** Eraseblocks after. */
  after: number;
}

/** Compares the erase counters of the same eraseblocks at two times; a counter may only grow. Pure. */
export function reportCounters(before: EraseCounters, after: EraseCounters): CounterReport {
  const known = before.flatMap((counter, index) =>
    counter === null ? [] : [{ counter, now: after[index] ?? null }],
  );
  const old = summarise(before);
  const now = summarise(after);
  const reset = known.filter((one) => one.now !== null && one.now < one.counter).length;
  // ubiformat(8) takes the mean for all: those above it go back, and all are equal.
  const isMean = reset > 0 && old.lowest < old.highest && now.lowest === now.highest;
  return {
    before: old,
    after: now,
    lost: known.filter((one) => one.now === null).length,
    reset,
    averaged: isMean && now.lowest > 0 ? now.valid : 0,
    histogram: histogram([before, after]).map(({ counts: [then = 0, since = 0], ...range }) => ({
      ...range,
      before: then,
      after: since,
    })),
  };
}

/** Whether a write has cost counters: whoever consented to that is told so all the same. */
export const hasLoss = ({ lost, reset, averaged }: CounterReport): boolean =>
  lost + reset + averaged > 0;
