import { Type } from '@sinclair/typebox';
import { Line, about, strict } from '../../shared/schema-common.js';
import { MtdReference } from '../forms.js';
import { wholeImage } from '../keep-place.js';
import type { TargetKind } from '../kind.js';
import { volumeKind } from '../volume-kind.js';
import { asLargeAsBoth } from '../volume-way.js';

const form = Type.Object(
  {
    'ubi-volume': about('one volume of a UBI', Line('the name of a UBI volume')),
    on: about('the MTD that the UBI is on', MtdReference),
  },
  {
    ...strict,
    title: 'a volume on an existing UBI device',
    absent: {
      keep: 'no ranges that are kept: UBI moves what it holds, and an update of a volume is an update of all of it',
    },
  },
);

/** A volume of an existing UBI device, which stays at least as large as it is. */
export const ubiVolume: TargetKind<typeof form> = {
  ...volumeKind(asLargeAsBoth),
  name: 'ubi-volume',
  form,
  places: { 'ubi-volume': 'a UBI volume, { ubi-volume: …, on: … }' },
  args: (spec) => [spec['ubi-volume'], spec.on.mtd],
  keepPlace: (image, within) => wholeImage(image, within, ['ubifs']),
};
