import type { ImageIndex } from '../image/image.js';
import type { TargetFacts } from './kind.js';

/** How a UBI volume is written, and why. */
export interface VolumeWay {
  /** Whether the image goes to a new volume, which then takes the name of the old one. */
  beside: boolean;
  /** Logical eraseblocks that this takes of what is free. */
  takes: number;
  /** A sentence for people without a full stop. */
  why: string;
}

/** Tells how many logical eraseblocks a new volume gets: those of the one that it replaces, and those that the image needs. */
export type Sizing = (lebs: { own: number; needed: number }) => number;

/** A volume stays at least as large as it is. */
export const asLargeAsBoth: Sizing = ({ own, needed }) => Math.max(own, needed);

/** A volume is as large as what it holds. */
export const asLargeAsImage: Sizing = ({ needed }) => needed;

/**
 * Tells how an image is written to a UBI volume: beside it in a new volume, which leaves the old one whole until the end, or in
 * place where there is no room for a second one or something names the volume by its number. Pure.
 */
export function volumeWay(
  image: Pick<ImageIndex, 'length'>,
  facts: TargetFacts,
  sizing: Sizing,
): VolumeWay {
  const { pinned, free_lebs: free = 0 } = facts;
  const { own, needed } = lebsOf(image, facts);
  const whole = sizing({ own, needed });
  const inPlace = { beside: false, takes: Math.max(0, needed - own) };
  if (pinned === undefined || pinned !== '')
    return { ...inPlace, why: `in place: ${pinned ?? 'the device does not tell who names it'}` };
  if (whole > free)
    return {
      ...inPlace,
      why: `in place: a second volume takes ${eraseblocks(whole)}, ${freeWords(facts)}`,
    };
  return {
    beside: true,
    takes: whole,
    why: `beside the old one, in ${whole} of ${free} free eraseblocks`,
  };
}

/** Logical eraseblocks that a volume has, and that an image needs. */
export function lebsOf(
  { length }: Pick<ImageIndex, 'length'>,
  { size, leb_size: leb = 1 }: TargetFacts,
): { own: number; needed: number } {
  const bytes = Math.max(1, leb);
  return { own: Math.floor(size / bytes), needed: Math.ceil(length / bytes) };
}

/** What is free on the UBI of a volume, for people: other targets of the same call may take a part of it. */
export const freeWords = ({ free_lebs: free = 0, taken_lebs: taken = 0 }: TargetFacts): string =>
  `${free} are free${taken > 0 ? ` beside the ${taken} that other targets of this command take` : ''}`;

/** A number of eraseblocks, for people. */
export const eraseblocks = (count: number): string =>
  count === 1 ? '1 eraseblock' : `${count} eraseblocks`;
