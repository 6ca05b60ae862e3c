import type { ImageIndex } from '../../image/image.js';
import type { Refusal, TargetFacts, TargetKind } from '../target.js';
import { withoutFormat } from './content.js';

/** A whole ubinized layout on an MTD, written with ubiformat so that the erase counters stay. */
export const ubi: TargetKind = {
  name: 'ubi',
  args: (spec) => ('ubi' in spec ? [spec.ubi.mtd] : undefined),
  refusal,
  write: 'stream',
  readBack: 'body',
  counters: true,
};

function refusal(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  if (!image.ubi) {
    return {
      code: 'IMAGE_FORMAT',
      message: `${facts.name} takes a ubinized image, the image is ${image.format === 'unknown' ? withoutFormat(image) : image.format}`,
      hint: 'A file system for one volume goes to a ubi-volume target.',
    };
  }
  if (image.ubi.pebSize !== facts.peb_size) {
    return {
      code: 'IMAGE_FORMAT',
      message: `the image was made for eraseblocks of ${image.ubi.pebSize} bytes, ${facts.name} has ${facts.peb_size}`,
      hint: 'Make it anew: ubinize -p.',
    };
  }
  if (facts.min_io !== undefined && image.ubi.vidHeaderOffset % facts.min_io !== 0) {
    return {
      code: 'IMAGE_FORMAT',
      message: `the image puts its volume headers at ${image.ubi.vidHeaderOffset}, ${facts.name} writes in units of ${facts.min_io}`,
      hint: 'Make it anew: ubinize -m, -s.',
    };
  }
  const room = facts.size - (facts.bad_blocks ?? 0) * facts.peb_size;
  if (image.length > room) {
    return {
      code: 'IMAGE_TOO_LARGE',
      message: `the image has ${image.length} bytes, ${facts.name} has ${room} in good eraseblocks`,
    };
  }
  return undefined;
}
