import type { ImageIndex } from '../../image/image.js';
import type { Refusal, TargetFacts, TargetKind } from '../target.js';

/** A whole disk or a partition, given by its device node. */
export const block: TargetKind = {
  name: 'block',
  args: (spec) => ('block' in spec ? [spec.block] : undefined),
  refusal: blockRefusal,
  write: 'chunks',
  readBack: 'chunks',
  counters: false,
};

const diskFormats = new Set(['disk']);
const fileSystems = new Set(['ext4', 'squashfs', 'fat']);

/** What a block device takes: a disk needs an image with a partition table, a partition one without. */
export function blockRefusal(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  if (facts.read_only) {
    return { code: 'TARGET_MISSING', message: `${facts.name} is read-only` };
  }
  if (image.length > facts.size) {
    return {
      code: 'IMAGE_TOO_LARGE',
      message: `the image has ${image.length} bytes, ${facts.name} has ${facts.size}`,
    };
  }
  const accepted = facts.partition ? fileSystems : diskFormats;
  if (accepted.has(image.format)) return undefined;
  const wanted = facts.partition
    ? 'a file system (ext4, squashfs, FAT)'
    : 'a disk image with a partition table (GPT or MBR)';
  return {
    code: 'IMAGE_FORMAT',
    message: `${facts.name} takes ${wanted}, the image is ${image.format === 'unknown' ? 'of no known format' : image.format}`,
    hint: 'The format is read from the content, not from the name.',
  };
}
