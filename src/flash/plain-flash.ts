import type { ImageIndex } from '../image/image.js';
import type { Refusal, TargetFacts } from './kind.js';
import { asItIs, elsewhere, packedKernel, archiveElsewhere, unknownContent } from './refusals.js';

const never: Partial<Record<ImageIndex['format'], string>> = {
  ubi: 'A ubinized image goes to a target of the form { ubi: { mtd: … } }.',
  ubifs: 'UBIFS belongs in a UBI volume: a target of the form { ubi-volume: …, on: { mtd: … } }.',
  disk: 'Flash without a controller has no partition table.',
};

/**
 * Tells why an image must not go to flash without a controller and without UBI, or nothing. Pure.
 * @param noRoom tells why it does not fit, or nothing
 */
export function plainFlashRefusal(
  image: ImageIndex,
  facts: TargetFacts,
  noRoom: (image: ImageIndex, facts: TargetFacts) => Refusal | undefined,
): Refusal | undefined {
  if (facts.unfit) return { code: facts.unfit.code, message: facts.unfit.message };
  const archive = archiveElsewhere(image, facts);
  if (archive) return archive;
  const hint = never[image.format];
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
  return (
    noRoom(image, facts) ??
    unknownContent(image, facts) ??
    elsewhere(image, facts, 'mtd') ??
    packedKernel(image, facts)
  );
}
