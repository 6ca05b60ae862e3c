/**
 * A place on a device where a piece of what a boot loader goes by lies. Each kind has a file here in `places/`, which makes one, and a
 * file in `initramfs/remote/places`, by which the device reads it and replaces what is in it.
 */
export interface LoaderPlace {
  /** Its kind, which names those files. */
  kind: string;
  /** Other kinds whose functions that of this kind uses. */
  uses?: readonly string[];
  /** What the file of the device takes, in this order. Only the last of them may have blanks. */
  words: readonly string[];
  /** What a message calls it. */
  said: string;
  /** Whether it is of the running system, and not there in maintenance. */
  ofSystem?: true;
}

/** Places by names of the loader's own, each a word. */
export type LoaderPlaces = Readonly<Record<string, LoaderPlace>>;

/** What lies in each place, by its name; undefined where there is none. */
export type LoaderState = Readonly<Record<string, Uint8Array | undefined>>;

/** A write to a place. */
export interface LoaderWrite {
  do: 'replace';
  /** The name of the place. */
  place: string;
  /** All that lies there from then on. */
  bytes: Uint8Array;
}

/** Gives the state after a write. Pure. */
export const afterWrite = (state: LoaderState, { place, bytes }: LoaderWrite): LoaderState => ({
  ...state,
  [place]: bytes,
});
