import { Type } from '@sinclair/typebox';
import type { ImageIndex } from '../../image/image.js';
import { Line, about, strict } from '../../shared/schema-common.js';
import { compareCounters, inspectCounters } from '../erase-counters.js';
import { MtdReference } from '../forms.js';
import { wholeImage } from '../keep-place.js';
import type { Refusal, TargetFacts, TargetKind } from '../kind.js';
import { chunksOf } from '../pieces.js';
import { ubiPrograms } from '../programs.js';
import { elsewhere, packedKernel, tooLarge, unknownContent } from '../refusals.js';
import { compareStream, planStream, writeStream } from '../stream.js';
import { verifyPieces } from '../verify.js';

const form = Type.Object(
  {
    'ubi-volume': about('one volume of a UBI', Line('the name of a UBI volume')),
    on: about('the MTD that the UBI is on', MtdReference),
  },
  { ...strict, title: 'a volume on an existing UBI device' },
);

/** A volume of an existing UBI device, written in place with ubiupdatevol; UBI itself keeps the erase counters. */
export const ubiVolume: TargetKind<typeof form> = {
  name: 'ubi-volume',
  form,
  places: ['ubi-volume'],
  programs: ubiPrograms,
  kernel: ['ubi'],
  args: (spec) => [spec['ubi-volume'], spec.on.mtd],
  check: misfit,
  keepPlace: (image, within) => wholeImage(image, within, ['ubifs']),
  outlook: (_image, { name }) => ({
    lost: [`all that is in ${name}`],
    kept: [
      'the other volumes of this UBI, and the erase counters',
      'the MTDs that share no flash with it',
    ],
    cut: 'UBI takes the volume for one whose update has not ended: nothing mounts it until it is written again.',
  }),
  inspect: inspectCounters,
  compare: (context, job) => compareStream(context, job, chunksOf(job.image)),
  plan: (image, onMedium, node) => planStream(image, onMedium, node, 'chunks'),
  write: writeStream,
  verify: async (context, job, lease) => {
    await verifyPieces(context, job, lease, chunksOf(job.image));
    return { counters: await compareCounters(context, job) };
  },
};

function misfit(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
  if (image.format === 'ubi' || image.format === 'disk') {
    return {
      code: 'IMAGE_FORMAT',
      message: `${facts.name} takes what goes into one volume, the image is ${image.format === 'ubi' ? 'a whole UBI layout' : 'a disk'}`,
      hint: 'A ubinized image goes to a target of the form { ubi: { mtd: … } }.',
    };
  }
  if (image.ubifsLebSize !== undefined && image.ubifsLebSize !== facts.leb_size) {
    return {
      code: 'IMAGE_FORMAT',
      message: `the UBIFS was made for LEBs of ${image.ubifsLebSize} bytes, ${facts.name} has ${facts.leb_size}`,
      hint: 'Make it anew: mkfs.ubifs -e.',
    };
  }
  return (
    tooLarge(image, facts) ??
    unknownContent(image, facts) ??
    elsewhere(image, facts, 'ubi-volume') ??
    packedKernel(image, facts)
  );
}
