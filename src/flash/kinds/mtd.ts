import type { ImageIndex } from '../../image/image.js';
import type { Refusal, TargetFacts, TargetKind } from '../target.js';
import { asItIs, tooLarge, unknownContent } from './content.js';

/** An MTD without UBI, such as NOR, written in place: eraseblocks that differ, the first one last. */
export const mtd: TargetKind = {
  name: 'mtd',
  args: (spec) => ('mtd' in spec ? [spec.mtd] : undefined),
  refusal,
  write: 'chunks',
  readBack: 'chunks',
  counters: false,
};

const elsewhere: Partial<Record<ImageIndex['format'], string>> = {
  ubi: 'A ubinized image goes to a target of the form { ubi: { mtd: … } }.',
  ubifs:
    'UBIFS lives in a UBI volume only: a target of the form { ubi-volume: …, on: { mtd: … } }.',
  disk: 'Flash without a controller has no partition table.',
};

function refusal(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  if (facts.unfit) return { code: 'TARGET_MISSING', message: facts.unfit };
  const hint = elsewhere[image.format];
  if (hint !== undefined) {
    return {
      code: 'IMAGE_FORMAT',
      message: `${facts.name} takes what lies on plain flash, the image is ${image.format}`,
      hint,
    };
  }
  if (image.ubiBehind !== undefined && !image.raw) {
    return {
      code: 'IMAGE_FORMAT',
      message: `the image for ${facts.name} holds a UBI layout from byte ${image.ubiBehind} on`,
      hint: `Cut the two apart: UBI goes to a target of the form { ubi: { mtd: … } }. ${asItIs(image)}`,
    };
  }
  return tooLarge(image, facts) ?? unknownContent(image, facts);
}
