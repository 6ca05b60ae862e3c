import type { TargetFacts } from './target.js';

/** A target with the flasher's arguments for it and what it is on this device. */
export interface PlacedTarget {
  target: string;
  /** The kind's name first. */
  args: string[];
  facts: TargetFacts;
}

/**
 * The first two targets of one call that share flash, so that writing the second would destroy the first: one node twice,
 * a disk and its partition, an MTD and a volume on it. Pure.
 */
export function overlapOf(placed: PlacedTarget[]): [string, string] | undefined {
  for (const [index, one] of placed.entries())
    for (const other of placed.slice(index + 1))
      if (overlap(one, other) || overlap(other, one)) return [one.target, other.target];
  return undefined;
}

function overlap(one: PlacedTarget, other: PlacedTarget): boolean {
  if (one.facts.node === other.facts.node) return true;
  if (one.facts.partition === false && other.facts.partition === true)
    return (
      other.facts.node.startsWith(one.facts.node) &&
      /^p?\d+$/.test(other.facts.node.slice(one.facts.node.length))
    );
  const [kind, word] = one.args;
  return (
    (kind === 'ubi' || kind === 'mtd') && other.args[0] === 'ubi-volume' && word === other.args[2]
  );
}
