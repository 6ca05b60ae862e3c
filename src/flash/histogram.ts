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
/** So many of all eraseblocks are worn as they usually are; a few may be worn far more. */
const usual = 0.95;
/** How many times as wide as theirs all ranges are where the few have one of their own. */
const farMore = 3;

/**
 * Counts eraseblocks by their erase counters, in ranges of one width that covers all series; a few that are worn far more than the
 * rest have one range of their own at the end. Those without a counter are left out. Pure.
 * @returns the ranges from the lowest to the highest counter; none where there is no counter
 */
export function histogram(series: readonly EraseCounters[]): Bin[] {
  const all = series.map((counters) => counters.filter((counter) => counter !== null));
  const sorted = Float64Array.from(all.flat()).sort();
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  if (lowest === undefined || highest === undefined) return [];
  const most = sorted[Math.ceil(usual * sorted.length) - 1]!;
  const isFar = highest - lowest > farMore * (most - lowest + 1);
  const width = widthFor(lowest, isFar ? most : highest);
  const first = Math.floor(lowest / width);
  const last = Math.floor((isFar ? most : highest) / width);
  const ranges = Array.from({ length: last - first + 1 }, (_, index) => ({
    from: (first + index) * width,
    to: (first + index + 1) * width - 1,
  }));
  const end = (last + 1) * width;
  if (highest >= end) ranges.push({ from: end, to: highest });
  const bins = ranges.map((range) => ({ ...range, counts: all.map(() => 0) }));
  all.forEach((counters, which) => {
    for (const counter of counters)
      bins[Math.min(Math.floor(counter / width), last + 1) - first]!.counts[which]! += 1;
  });
  return bins;
}

/** The least of 1, 2, 5, 10, 20 … of which few enough cover all counters. */
function widthFor(lowest: number, highest: number): number {
  for (let unit = 1; ; unit *= 10)
    for (const width of [unit, 2 * unit, 5 * unit])
      if (Math.floor(highest / width) - Math.floor(lowest / width) < mostBins) return width;
}
