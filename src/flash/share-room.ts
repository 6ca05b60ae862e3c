import { groupBy } from '../shared/group-by.js';
import type { SharedTarget, TargetFacts, TargetKind } from './kind.js';

/** A target of a call, with its kind. */
type KindredTarget = SharedTarget & { kind: TargetKind };

/**
 * Gives the facts of several targets as they are when all of them are written in one call: what one of them takes of its UBI is not
 * free for the others. Those that share what is left are counted after all the others, in whatever order they are given. Pure.
 */
export function shareRoom(targets: readonly KindredTarget[]): TargetFacts[] {
  const shared = targets.map(({ facts }) => facts);
  const taken = new Map<string, number>();
  const sharesRest = (index: number): number => (targets[index]?.kind.share ? 1 : 0);
  for (const index of [...targets.keys()].sort(
    (one, other) => sharesRest(one) - sharesRest(other),
  )) {
    const { kind, image, facts } = targets[index]!;
    if (!kind.takes) continue;
    const ubi = facts.within ?? '';
    const before = taken.get(ubi) ?? 0;
    const left =
      before > 0
        ? { ...facts, free_lebs: Math.max(0, (facts.free_lebs ?? 0) - before), taken_lebs: before }
        : facts;
    shared[index] = left;
    taken.set(ubi, before + kind.takes(image, left));
  }
  for (const group of groupBy([...targets.keys()], (index) => targets[index]!.kind)) {
    const found = targets[group[0]!]?.kind.share?.(
      group.map((index) => ({ image: targets[index]!.image, facts: shared[index]! })),
    );
    for (const [at, facts] of found?.entries() ?? []) shared[group[at]!] = facts;
  }
  return shared;
}
