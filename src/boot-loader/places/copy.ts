import type { LoaderPlace } from '../loader-place.js';

/** A file on the partition of a boot loader that is a copy of one in a slot. */
export interface SlotCopy {
  /** The partition. */
  device: string;
  /** The path of the copy in the file system of that. */
  file: string;
  /** The block device with the root of the slot. */
  root: string;
  /** The path in that root. */
  source: string;
}

/** The place that is such a file. Pure. */
export const copyPlace = ({ device, file, root, source }: SlotCopy): LoaderPlace => ({
  kind: 'copy',
  uses: ['file'],
  words: [device, root, file, source],
  said: `${file} on ${device}`,
});
