import type { EraseCounters } from './counters.js';

/** A range of erase counters, and how many eraseblocks of each series are in it. */
export interface Bin {
  /** The lowest counter of the range. */
  from: number;
  /** The highest counter of the range. */
  to: number;
  /** How many eraseblocks, for each series. */
  counts: number[];
}

/** More rows than these are no picture on a screen any more. */
const mostBins = 12;

/**
 * Counts eraseblocks by their erase counters, in ranges of one width that covers all series; those without a counter are
 * left out. Pure.
 * @returns the ranges from the lowest to the highest counter; none where there is no counter
 */
export function histogram(series: readonly EraseCounters[]): Bin[] {
  const all = series.map((counters) => counters.filter((counter) => counter !== null));
  let [lowest, highest] = [Infinity, -Infinity];
  for (const counters of all)
    for (const counter of counters) {
      lowest = Math.min(lowest, counter);
      highest = Math.max(highest, counter);
    }
  if (lowest > highest) return [];
  const width = widthFor(lowest, highest);
  const first = Math.floor(lowest / width);
  const bins = Array.from({ length: Math.floor(highest / width) - first + 1 }, (_, index) => ({
    from: (first + index) * width,
    to: (first + index + 1) * width - 1,
    counts: all.map(() => 0),
  }));
  all.forEach((counters, which) => {
    for (const counter of counters) bins[Math.floor(counter / width) - first]!.counts[which]! += 1;
  });
  return bins;
}

/** The least of 1, 2, 5, 10, 20 … of which few enough cover all counters. */
function widthFor(lowest: number, highest: number): number {
  for (let unit = 1; ; unit *= 10)
    for (const width of [unit, 2 * unit, 5 * unit])
      if (Math.floor(highest / width) - Math.floor(lowest / width) < mostBins) return width;
}
