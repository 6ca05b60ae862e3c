import type { Refusal, TargetFacts } from '../../flash/kind.js';
import type { ImageIndex } from '../../image/image.js';
import { formatBytes } from '../../shared/format-bytes.js';

/** A place that an image could go to, and whether it may. */
export interface Candidate {
  /** Its name in the profile. */
  target: string;
  /** What a person wants to know of it. */
  about: string;
  /** What the device tells of it. */
  facts: TargetFacts;
  /** Why this image must not go there; undefined where it may. */
  refusal: Refusal | undefined;
  /** Whether the running system stands on it. */
  isSystem: boolean;
}

/** Where an image goes, or why that is not clear. */
export type Choice =
  | { chosen: Candidate; why: string }
  /** The only place for such an image refuses it. */
  | { refused: Candidate & { refusal: Refusal } }
  /** None of these places takes it, or more than one does. */
  | { none: Candidate[] }
  | { several: Candidate[] };

/**
 * Finds the one place for an image: a disk image goes to a disk, a UBI layout to the MTD that holds UBI, all else to the
 * only place that takes it. Of several disks or layouts, the one that the running system stands on counts. Pure.
 */
export function chooseTarget(image: ImageIndex, candidates: Candidate[]): Choice {
  const { what, takes, belongs } = kindOf(image);
  const places = candidates.filter(({ facts }) => belongs(facts));
  const fit = places.filter(({ refusal }) => refusal === undefined);
  const [only] = places;
  if (only?.refusal && places.length === 1) return { refused: { ...only, refusal: only.refusal } };
  if (fit.length === 0) return { none: places };
  const own = takes === undefined ? [] : fit.filter(({ isSystem }) => isSystem);
  const [chosen, second] = own.length === 1 ? own : fit;
  if (!chosen || second) return { several: fit };
  const place =
    takes !== undefined && chosen.isSystem
      ? `the system's own ${takes}`
      : 'the only place that takes it';
  return { chosen, why: `it is ${what}, and ${chosen.facts.name} is ${place}` };
}

/** What an image is for people, and which places are for such. `takes` is absent where the format does not tell. */
function kindOf({ format, length, disk, ubi }: ImageIndex): {
  what: string;
  takes?: string;
  belongs: (facts: TargetFacts) => boolean;
} {
  const size = formatBytes(length);
  const isDisk = ({ kind, partition }: TargetFacts) => kind === 'block' && partition !== true;
  if (format === 'disk') {
    const parts = disk?.partitions;
    const holding = parts === undefined ? '' : ` with ${parts} partition${parts === 1 ? '' : 's'}`;
    return { what: `a disk image of ${size}${holding}`, takes: 'disk', belongs: isDisk };
  }
  if (format === 'ubi') {
    const what = `a UBI layout of ${size} with the volumes ${ubi?.volumes.join(', ') ?? ''}`;
    return { what, takes: 'UBI', belongs: ({ kind }) => kind === 'ubi' };
  }
  return {
    what: `${format} of ${size}`,
    belongs: (facts) => facts.kind !== 'ubi' && !isDisk(facts),
  };
}
