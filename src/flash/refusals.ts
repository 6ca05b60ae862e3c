import type { ImageIndex } from '../image/image.js';
import type { Refusal, TargetFacts } from './kind.js';

/** How a person says that the bytes of a file are what belongs on a target. */
export const asItIs = ({ compression }: ImageIndex): string =>
  compression === 'none'
    ? 'If these bytes are what belongs there, say so: TARGET=raw:FILE.'
    : 'If a boot loader unpacks the file itself, say so: TARGET=raw:FILE. If the unpacked bytes belong there, decompress it before.';

/** What is said of an image of no known format. */
export const withoutFormat = ({ looksLike }: ImageIndex): string =>
  looksLike === undefined ? 'of no known format' : `of no known format for a device: ${looksLike}`;

/**
 * Why content of no known format must not be written: what a boot loader or a kernel reads has one, so that a file
 * without is mostly not what somebody meant. A person can say that it is.
 */
export function unknownContent(image: ImageIndex, { name }: TargetFacts): Refusal | undefined {
  if (image.format !== 'unknown' || image.raw) return undefined;
  return {
    code: 'IMAGE_FORMAT',
    message: `the image for ${name} is ${withoutFormat(image)}`,
    hint: `The format is read from the content, not from the name. ${asItIs(image)}`,
  };
}

/** Why an image is too large for a target of this many bytes, or nothing. */
export function tooLarge({ length }: ImageIndex, { name, size }: TargetFacts): Refusal | undefined {
  if (length <= size) return undefined;
  return {
    code: 'IMAGE_TOO_LARGE',
    message: `the image has ${length} bytes, ${name} has ${size}`,
  };
}
