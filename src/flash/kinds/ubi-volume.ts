import type { ImageIndex } from '../../image/image.js';
import type { Refusal, TargetFacts, TargetKind } from '../target.js';
import { tooLarge, unknownContent } from './content.js';

/** A volume of an existing UBI device, written in place with ubiupdatevol. */
export const ubiVolume: TargetKind = {
  name: 'ubi-volume',
  args: (spec) => ('ubi-volume' in spec ? [spec['ubi-volume'], spec.on.mtd] : undefined),
  refusal,
  write: 'stream',
  readBack: 'chunks',
  counters: true,
};

function refusal(image: ImageIndex, facts: TargetFacts): Refusal | undefined {
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
  return tooLarge(image, facts) ?? unknownContent(image, facts);
}
