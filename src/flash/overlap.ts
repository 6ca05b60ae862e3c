import type { TargetFacts } from './kind.js';

/** A target, and what it is on this device. */
export interface PlacedTarget {
  /** Its name in the profile. */
  target: string;
  facts: TargetFacts;
}

/**
 * Finds the first two targets of one call that share flash, so that writing the second would destroy the first: one node
 * twice, a disk and its partition, an MTD and a volume on it. Pure.
 */
export function overlapOf(placed: PlacedTarget[]): [string, string] | undefined {
  for (const [index, one] of placed.entries())
    for (const other of placed.slice(index + 1))
      if (overlap(one.facts, other.facts)) return [one.target, other.target];
  return undefined;
}

const overlap = (one: TargetFacts, other: TargetFacts): boolean =>
  one.node === other.node || one.within === other.node || other.within === one.node;
