import type { ImageFormat, ImageIndex } from '../image/image.js';
import { aboutFormat } from '../image/format/formats.js';
import type { KeepPlace } from './kind.js';

const forDisks = ['ext4', 'f2fs', 'btrfs', 'xfs'] as const;

const refused = (message: string, hint: string): KeepPlace => ({
  refusal: { code: 'KEEP_REFUSED', message, hint },
});

/** The place for kept files in an image that is one file system. Pure. */
export function wholeImage(
  image: ImageIndex,
  within: string,
  known: readonly ImageFormat[] = forDisks,
): KeepPlace {
  if (within !== '')
    return refused(
      `the image is no whole of which ${within} could be a part`,
      'Leave flash.keep.within out of the profile, or flash the whole.',
    );
  if (known.includes(image.format)) return { fileSystems: [image.format] };
  return refused(
    `kept files cannot be put into ${image.format === 'unknown' ? 'an image of no known format' : aboutFormat(image.format).title}`,
    `levitate puts files into ${known.join(', ')}. Where the system has a place of its own for what changes, name that under flash.keep.into.`,
  );
}

/** The place for kept files in an image of a whole disk, or of one partition of it. Pure. */
export function onDisk(image: ImageIndex, within: string): KeepPlace {
  if (image.format !== 'disk') return wholeImage(image, within);
  if (within !== '') return { fileSystems: forDisks };
  return refused(
    'the image is a whole disk, and the profile does not say which partition takes the kept files',
    'flash.keep.within names it, by its number or its GPT name.',
  );
}

/** The place for kept files in a whole UBI. Pure. */
export function inUbi({ ubi }: ImageIndex, within: string): KeepPlace {
  const volumes = ubi?.volumes ?? [];
  if (volumes.includes(within)) return { fileSystems: ['ubifs'] };
  return refused(
    within === ''
      ? 'the image is a whole UBI, and the profile does not say which volume takes the kept files'
      : `the image has no volume ${within}`,
    `flash.keep.within names one of its volumes: ${volumes.join(', ')}.`,
  );
}
