import { aboutFormat, isFor } from '../image/format/formats.js';
import type { ImageIndex, ImagePlace } from '../image/image.js';
import type { Refusal, TargetFacts } from './kind.js';

/** Tells a person how to say that the bytes of a file are what belongs on a target. Pure. */
export const asItIs = ({ compression }: ImageIndex): string =>
  compression === 'none'
    ? 'If these bytes are what belongs there, say so: TARGET=raw:FILE.'
    : 'If a boot loader unpacks the file itself, say so: TARGET=raw:FILE. If the unpacked bytes belong there, decompress it before.';

/** Names an image of no known format for people. Pure. */
export const withoutFormat = ({ looksLike }: ImageIndex): string =>
  looksLike === undefined ? 'of no known format' : `of no known format for a device: ${looksLike}`;

/** What a person is to do with a tree of files. */
export const treeTargets =
  'A target of the form { ext4-tree: { partition: … } } or { ubifs-tree: …, on: … } makes a file system and puts them into it.';

/** What a person is to do with an OpenWrt sysupgrade file. */
export const sysupgradeTargets =
  'A target of the form { sysupgrade: { mtd: … } } takes it, and puts each of its files into its place: levitate help openwrt.';

/**
 * Tells why a tar archive must not be written as it is, or nothing: its files go into a file system that is made for them, or those of
 * an OpenWrt sysupgrade file to places of their own. Pure.
 */
export function archiveElsewhere(image: ImageIndex, { name }: TargetFacts): Refusal | undefined {
  if (image.tree)
    return {
      code: 'IMAGE_FORMAT',
      message: `the image for ${name} is a tar archive of ${image.tree.files} files`,
      hint: `${treeTargets} If the archive holds the image, levitate image FILE tells how it is taken out. ${asItIs(image)}`,
    };
  if (image.format !== 'sysupgrade' || image.raw) return undefined;
  return {
    code: 'IMAGE_FORMAT',
    message: `the image for ${name} is ${aboutFormat(image.format).title}, which holds a root and mostly a kernel`,
    hint: sysupgradeTargets,
  };
}

/**
 * Tells why content of no known format must not be written, or nothing: what a boot loader or a kernel reads has a
 * known format, so that a file without one is mostly a mistake. A person can say that it is none. Pure.
 */
export function unknownContent(image: ImageIndex, { name }: TargetFacts): Refusal | undefined {
  if (image.format !== 'unknown' || image.raw) return undefined;
  return {
    code: 'IMAGE_FORMAT',
    message: `the image for ${name} is ${withoutFormat(image)}`,
    hint: `The format is read from the content, not from the name. ${asItIs(image)}`,
  };
}

/**
 * Tells why content of a known format does not belong on a kind of flash, or nothing, as with a file system for disks on an
 * MTD. A person can say that it does. Pure.
 */
export function elsewhere(
  image: ImageIndex,
  { name }: TargetFacts,
  place: ImagePlace,
): Refusal | undefined {
  if (image.format === 'unknown' || image.raw || isFor(image.format, place)) return undefined;
  const { title, places } = aboutFormat(image.format);
  return {
    code: 'IMAGE_FORMAT',
    message: `the image for ${name} is ${title}, which is for ${places.map(placeName).join(' or ')}`,
    hint: `The format is read from the content, not from the name. ${asItIs(image)}`,
  };
}

const placeNames: Record<ImagePlace, string> = {
  disk: 'a whole disk',
  partition: 'a partition of a disk',
  mtd: 'an MTD without UBI',
  'ubi-volume': 'a UBI volume',
  ubi: 'a whole UBI',
  tree: 'a file system that is made for it',
  sysupgrade: 'an OpenWrt on UBI',
};

/** A kind of place on flash, for people. */
const placeName = (place: ImagePlace): string => placeNames[place];

/**
 * Tells why a kernel in a compressed file must not be written, or nothing: kernels are compressed for transport as well
 * as for boot loaders that unpack them, and a device starts only one of the two. A person has to say which. Pure.
 */
export function packedKernel(
  image: ImageIndex,
  { name }: Pick<TargetFacts, 'name'>,
): Refusal | undefined {
  if (image.format !== 'kernel' || image.compression === 'none') return undefined;
  return {
    code: 'IMAGE_FORMAT',
    message: `the image for ${name} is a kernel, compressed with ${image.compression}: a boot loader starts it either so or unpacked`,
    hint: asItIs(image),
  };
}

/** Tells why an image has too many bytes for a target, or nothing. Pure. */
export function tooLarge({ length }: ImageIndex, { name, size }: TargetFacts): Refusal | undefined {
  if (length <= size) return undefined;
  return {
    code: 'IMAGE_TOO_LARGE',
    message: `the image has ${length} bytes, ${name} has ${size}`,
  };
}
