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
  /** The place for such an image refuses it. */
  | { refused: Candidate & { refusal: Refusal } }
  /** None of these places takes it, and the others are not for such an image. */
  | { none: Candidate[]; others: Candidate[]; what: string }
  /** It may be meant for each of these places, of which at least one takes it. */
  | { several: Candidate[] };

/**
 * Finds the one place for an image: a disk image goes to a disk, a UBI layout to the MTD that holds UBI, a sysupgrade file to
 * the OpenWrt, all else to the only place there is for such. Of several disks or layouts, the one that the running system stands on counts. That other
 * places refuse an image says nothing for the one that is left: what is too large for the data must not replace the root.
 * Pure.
 */
export function chooseTarget(image: ImageIndex, candidates: Candidate[]): Choice {
  const { what, takes, belongs } = kindOf(image);
  const places = candidates.filter(({ facts }) => belongs(facts));
  const own = takes === undefined ? [] : places.filter(({ isSystem }) => isSystem);
  const [place, second] = own.length === 1 ? own : places;
  if (!place || second)
    return places.some(({ refusal }) => refusal === undefined)
      ? { several: places }
      : { none: places, others: candidates.filter((one) => !places.includes(one)), what };
  if (place.refusal) return { refused: { ...place, refusal: place.refusal } };
  const which =
    takes !== undefined && place.isSystem ? `the system's own ${takes}` : 'the only place for such';
  return { chosen: place, why: `it is ${what}, and ${place.facts.name} is ${which}` };
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
  if (format === 'sysupgrade')
    return {
      what: `an OpenWrt sysupgrade file of ${size}`,
      takes: 'OpenWrt',
      belongs: ({ kind }) => kind === 'sysupgrade',
    };
  return {
    what: `${format} of ${size}`,
    belongs: (facts) => facts.kind !== 'ubi' && facts.kind !== 'sysupgrade' && !isDisk(facts),
  };
}
