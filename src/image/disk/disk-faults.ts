import type { Extent } from './partition-table.js';

/** What is wrong with a disk image: something is missing at its end, it contradicts itself, or it holds no partition. */
export interface Fault {
  kind: 'cut' | 'contradiction' | 'empty';
  what: string;
}

/** The fault of two statements that cannot both be true. */
export const contradiction = (what: string): Fault => ({ kind: 'contradiction', what });
/** The fault of content that is cut short. */
export const cutShort = (what: string): Fault => ({ kind: 'cut', what });
/** The fault of a table that names nothing. */
export const empty = (what: string): Fault => ({ kind: 'empty', what });

/** Gives the fault of the first two partitions that share sectors, or nothing. */
export function overlap(partitions: Extent[]): Fault | undefined {
  const sorted = [...partitions].sort((a, b) => a.start - b.start);
  for (const [index, next] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before && before.start + before.length > next.start)
      return contradiction(`${range(before)} and ${range(next)} share sectors`);
  }
  return undefined;
}

/** A partition with its sectors, as messages name it. */
export const range = ({ name, start, length }: Extent): string =>
  `${name} (sectors ${start} to ${start + length - 1})`;

/** The first sector behind all of these. */
export const endOf = (partitions: Extent[]): number =>
  Math.max(0, ...partitions.map(({ start, length }) => start + length));
