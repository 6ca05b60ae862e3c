import type { LoaderPlace } from '../loader-place.js';

/** A file in the file system of a partition. */
export interface LoaderFile {
  /** The partition. */
  device: string;
  /** The path of the file in the file system of that. */
  file: string;
  /** Bytes that the file must have. */
  bytes: number | 'any';
  /** The file systems, as the kernel calls them, on which the loader can write that file. */
  fileSystems: readonly string[];
}

/** The place that is such a file; it is overwritten where it lies. Pure. */
export const filePlace = ({ device, file, bytes, fileSystems }: LoaderFile): LoaderPlace => ({
  kind: 'file',
  words: [device, String(bytes), fileSystems.join(','), file],
  said: `${file} on ${device}`,
});
