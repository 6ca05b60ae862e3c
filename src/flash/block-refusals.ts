import { isFor } from '../image/format/formats.js';
import type { ImageIndex } from '../image/image.js';
import { bootPartitionRefusal, isBootPartition } from './boot-partition.js';
import type { Refusal, TargetFacts } from './kind.js';
import { asItIs, tooLarge, archiveElsewhere, unknownContent } from './refusals.js';

/**
 * Tells why an image must not go to a block device, or nothing: a disk takes an image with a partition table, a partition one
 * without. Pure.
 */
export function diskOrPartitionRefusal(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  if (facts.unfit) return { code: facts.unfit.code, message: facts.unfit.message };
  return (
    archiveElsewhere(image, facts) ??
    tooLarge(image, facts) ??
    placeRefusal(image, facts) ??
    sectorRefusal(image, facts)
  );
}

function placeRefusal(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  if (isBootPartition(facts)) return bootPartitionRefusal(image, facts);
  return facts.partition ? partitionRefusal(image, facts) : diskRefusal(image, facts);
}

function diskRefusal(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  const needs = image.disk?.size ?? 0;
  if (needs > facts.size) {
    return {
      code: 'IMAGE_TOO_LARGE',
      message: `the partition table of the image is for a disk of ${needs} bytes at least, ${facts.name} has ${facts.size}`,
      hint: 'A kernel does not believe a table that reaches beyond its disk.',
    };
  }
  if (isFor(image.format, 'disk') || image.raw) return undefined;
  return (
    unknownContent(image, facts) ?? {
      code: 'IMAGE_FORMAT',
      message: `${facts.name} takes a disk image with a partition table (GPT or MBR), the image is ${image.format}`,
      hint: `The format is read from the content, not from the name. ${asItIs(image)}`,
    }
  );
}

function partitionRefusal(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  if (image.format === 'disk') {
    return {
      code: 'IMAGE_FORMAT',
      message: `${facts.name} is a partition, and the image is a whole disk with a partition table of its own`,
      hint: 'It goes to a target of the form { block: /dev/… } that is the disk. Or take the one partition out of it.',
    };
  }
  if (isFor(image.format, 'partition') || image.raw) return undefined;
  return (
    unknownContent(image, facts) ?? {
      code: 'IMAGE_FORMAT',
      message: `${facts.name} takes a file system (ext4, squashfs, EROFS, F2FS, btrfs, XFS, FAT …), a FIT, a uImage or an Android boot image, the image is ${image.format}`,
      hint: `The format is read from the content, not from the name. ${asItIs(image)}`,
    }
  );
}

/**
 * Tells why an image cannot work with the logical sectors of the disk, or nothing: a partition table for sectors of
 * another size shows no partition at all, and a file system of smaller units than the sectors cannot be mounted. Pure.
 */
function sectorRefusal(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  const sector = facts.sector_size;
  if (sector === undefined) return undefined;
  const made = image.disk?.sectorSizes ?? [];
  if (made.length > 0 && !made.includes(sector)) {
    return {
      code: 'IMAGE_FORMAT',
      message: `the partition table of the image is for sectors of ${made.join(' or ')} bytes, ${facts.name} has sectors of ${sector}`,
      hint: 'Take the image for this kind of disk, or make it with such sectors (losetup --sector-size, sfdisk --sector-size).',
    };
  }
  if (image.largestSector !== undefined && image.largestSector < sector) {
    return {
      code: 'IMAGE_FORMAT',
      message: `the ${image.format} of the image works in units of ${image.largestSector} bytes, ${facts.name} has sectors of ${sector}`,
      hint: `Make it anew with units of ${sector} bytes or more (mkfs.ext4 -b, mkfs.fat -S, mkfs.xfs -s size=).`,
    };
  }
  return undefined;
}
