import type { LoaderPlace } from '../loader-place.js';

/** The place that is a file of the running system by its path: it is only read. Pure. */
export const pathPlace = (path: string): LoaderPlace => ({
  kind: 'path',
  words: [path],
  said: path,
  ofSystem: true,
});

/**
 * The place that says on which partition a file of the running system lies, as `DEVICE PATH`, with the path in the file system of
 * that. Pure.
 */
export const wherePlace = (path: string): LoaderPlace => ({
  kind: 'where',
  words: [path],
  said: path,
  ofSystem: true,
});
