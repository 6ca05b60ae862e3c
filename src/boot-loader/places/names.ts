import type { LoaderPlace } from '../loader-place.js';

/**
 * The place that is the names in a folder of a partition with FAT, one a line, in order. Where one name has taken the place of others,
 * it is made as a copy of the first of them, and they are removed after that: at each moment one of them is there whole. Pure.
 */
export const namesPlace = ({
  device,
  folder,
}: {
  device: string;
  folder: string;
}): LoaderPlace => ({
  kind: 'names',
  uses: ['file'],
  words: [device, folder],
  said: `${folder} on ${device}`,
});

/** The names of such a place; Latin-1 keeps every byte what it was. Pure. */
export const namesIn = (bytes: Uint8Array | undefined): string[] =>
  Buffer.from(bytes ?? [])
    .toString('latin1')
    .split('\n')
    .filter((name) => name !== '');

/** The place with these names. Pure. */
export const namesBytes = (names: readonly string[]): Uint8Array =>
  Buffer.from(
    names
      .toSorted((one, other) => (one < other ? -1 : Number(one > other)))
      .map((name) => `${name}\n`)
      .join(''),
    'latin1',
  );
