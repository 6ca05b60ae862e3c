import { Type } from '@sinclair/typebox';
import type { ImageIndex } from '../../image/image.js';
import { about, strict } from '../../shared/schema-common.js';
import { planChunks } from '../chunks.js';
import { compareChunks } from '../compare-chunks.js';
import { MtdReference } from '../forms.js';
import { wholeImage } from '../keep-place.js';
import type { Refusal, TargetFacts, TargetKind } from '../kind.js';
import { mtdPrograms } from '../programs.js';
import { asItIs, elsewhere, packedKernel, tooLarge, unknownContent } from '../refusals.js';
import { verifyChunks } from '../verify-chunks.js';
import { writeChunks } from '../write-chunks.js';

const form = Type.Object(
  { mtd: about('an MTD without UBI, such as NOR', MtdReference.properties.mtd) },
  { ...strict, title: 'an MTD without UBI, such as NOR, written in place' },
);

/** An MTD without UBI, such as NOR, written in place: eraseblocks that differ, the first one last. */
export const mtd: TargetKind<typeof form> = {
  name: 'mtd',
  form,
  places: ['mtd'],
  programs: mtdPrograms,
  kernel: [],
  args: (spec) => [spec.mtd],
  check: misfit,
  keepPlace: (image, within) => wholeImage(image, within, ['jffs2']),
  outlook: (_image, { name }) => ({
    lost: [`all that is in ${name}`],
    kept: ['the MTDs that share no flash with it, that of the boot loader among them if it is one'],
    cut: 'The first eraseblock is empty until all the rest is written: the boot loader finds nothing there to start.',
  }),
  compare: compareChunks,
  plan: planChunks,
  write: writeChunks,
  verify: verifyChunks,
};

const never: Partial<Record<ImageIndex['format'], string>> = {
  ubi: 'A ubinized image goes to a target of the form { ubi: { mtd: … } }.',
  ubifs: 'UBIFS belongs in a UBI volume: a target of the form { ubi-volume: …, on: { mtd: … } }.',
  disk: 'Flash without a controller has no partition table.',
};

function misfit(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  if (facts.unfit) return { code: facts.unfit.code, message: facts.unfit.message };
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
    tooLarge(image, facts) ??
    unknownContent(image, facts) ??
    elsewhere(image, facts, 'mtd') ??
    packedKernel(image, facts)
  );
}
