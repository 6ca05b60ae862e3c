import type { Facts } from '../../device/facts.js';
import type { ProbeFacts } from '../../device/probe-facts.js';
import { diskPlaces } from './disk-drafts.js';
import { mtdPlaces } from './mtd-drafts.js';
import type { TargetDraft } from './target-draft.js';

/** Gives every place on the flash of a device that an image could go to, in the device's own order. Pure. */
export function draftTargets(facts: Facts, probed: ProbeFacts): TargetDraft[] {
  const found = withoutTwins([...mtdPlaces(facts, probed), ...diskPlaces(facts, probed)]);
  const taken = new Set<string>();
  return found.map((place) => {
    const base = place.name || 'target';
    let name = base;
    for (let n = 2; taken.has(name); n += 1) name = `${base.slice(0, 58)}-${n}`;
    taken.add(name);
    return { ...place, name };
  });
}

/** Takes the spec away from drafts that share it, because it identifies none of them. */
function withoutTwins(places: TargetDraft[]): TargetDraft[] {
  const count = new Map<string, number>();
  const key = ({ spec }: TargetDraft): string => JSON.stringify(spec);
  for (const place of places) count.set(key(place), (count.get(key(place)) ?? 0) + 1);
  return places.map((place) =>
    place.spec && count.get(key(place))! > 1 ? { ...place, spec: undefined } : place,
  );
}
