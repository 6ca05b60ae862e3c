import { isFor } from '../image/format/formats.js';
import type { ImageIndex, ImagePlace } from '../image/image.js';
import { targetGroups } from './member-targets.js';
import { targetKinds } from './target.js';

/** A kind of target that takes an image, the kind of place that it is then, and how a profile names it, for people. */
export interface Taker {
  kind: string;
  place: ImagePlace;
  form: string;
}

/**
 * Names the kinds of targets that take an image by its format; whether it fits one device is another question. Bytes that a
 * person asked for as they are go wherever no layout is expected. Pure.
 */
export const takersOf = ({ format, raw, compression }: ImageIndex): Taker[] =>
  [...targetKinds, ...targetGroups].flatMap(({ name, places }) =>
    (Object.entries(places) as [ImagePlace, string][])
      .filter(([place]) => (raw ? takesRaw(format, place) : isFor(format, place)))
      // A kernel that is unpacked on the way is refused, because nobody said that it should be.
      .filter(() => format !== 'kernel' || compression === 'none')
      .map(([place, form]) => ({ kind: name, place, form })),
  );

/** Where a layout or an archive is expected, bytes as they are have no place. */
const takesRaw = (format: ImageIndex['format'], place: ImagePlace): boolean =>
  place !== 'ubi' && place !== 'sysupgrade' && place !== 'tree' && !onlyElsewhere(format, place);

/** A disk image is for no other place than a disk and UBI for none but its own, whatever a person says. */
const onlyElsewhere = (format: ImageIndex['format'], place: ImagePlace): boolean =>
  (format === 'disk' && place !== 'disk') ||
  (format === 'ubi' && (place === 'mtd' || place === 'ubi-volume')) ||
  (format === 'ubifs' && place === 'mtd');
