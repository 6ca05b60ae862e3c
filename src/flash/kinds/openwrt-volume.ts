import { Type } from '@sinclair/typebox';
import type { ImageIndex } from '../../image/image.js';
import { Line, about, strict } from '../../shared/schema-common.js';
import { MtdReference } from '../forms.js';
import type { KeepPlace, Outlook, Refusal, TargetFacts, TargetKind } from '../kind.js';
import { giveRest, withRest } from '../rest-volume.js';
import { volumeKind } from '../volume-kind.js';
import { asLargeAsImage, eraseblocks, volumeWay } from '../volume-way.js';

const form = Type.Object(
  {
    'openwrt-volume': about('one volume of an OpenWrt', Line('the name of a UBI volume')),
    on: about('the MTD that the UBI is on', MtdReference),
    rest: about(
      'the volume that is made anew, empty, with all that the others leave of the UBI',
      Line('the name of a UBI volume'),
    ),
  },
  {
    ...strict,
    title: "a volume of an OpenWrt's kernel or root, and the volume beside it that gets the rest",
  },
);

const common = volumeKind(asLargeAsImage);

/** The fewest logical eraseblocks that a UBIFS has (Linux `fs/ubifs/ubifs-media.h`, UBIFS_MIN_LEB_CNT). */
const leastUbifs = 17;

/**
 * A volume of the kernel or the root of an OpenWrt on UBI: as large as its image, and another volume gets the rest, made anew and empty
 * behind each write, because it holds what was changed of the old root.
 */
export const openwrtVolume: TargetKind<typeof form> = {
  ...common,
  name: 'openwrt-volume',
  form,
  // A person names all of an OpenWrt, which is several targets.
  places: {},
  args: (spec) => [spec['openwrt-volume'], spec.on.mtd, spec.rest],
  check: (image, facts, consent) => common.check(image, facts, consent) ?? noRest(image, facts),
  outlook: (image, facts, consent) => withLoss(common.outlook(image, facts, consent), image, facts),
  share: giveRest,
  plan: (image, onMedium, node, facts) =>
    withRest(common.plan(image, onMedium, node, facts), image, facts),
  keepPlace: intoRest,
};

function intoRest(_image: ImageIndex, within: string): KeepPlace {
  if (within === '') return { fileSystems: ['ubifs'] };
  return {
    refusal: {
      code: 'KEEP_REFUSED',
      message: `an OpenWrt's settings have one place, which is no part called ${within}`,
      hint: 'Leave flash.keep.within out of the profile.',
    },
  };
}

function noRest(
  { format }: ImageIndex,
  { rest, left_lebs: left }: TargetFacts,
): Refusal | undefined {
  if (format === 'ubifs' || left === undefined || left >= leastUbifs) return undefined;
  return {
    code: 'IMAGE_TOO_LARGE',
    message: `the images leave ${eraseblocks(Math.max(0, left))} for the volume ${rest}, and a UBIFS needs ${leastUbifs}`,
    hint: 'The new system could keep no settings. Take an image with less in it.',
  };
}

function withLoss(outlook: Outlook, image: ImageIndex, facts: TargetFacts): Outlook {
  const { rest = '', rest_lebs: has = 0, free_lebs: free = 0 } = facts;
  const { beside, takes } = volumeWay(image, facts, asLargeAsImage);
  const early = has > 0 && beside && takes > free - has;
  return {
    ...outlook,
    lost: [
      ...outlook.lost,
      ...(has > 0
        ? [`all that is in ${rest}, which is made anew: the settings of the system`]
        : []),
    ],
    cut: early
      ? `The volume ${rest} is removed first, because the new content needs its room: the old system starts then without its settings. ${outlook.cut.replace(/^It does no harm: t/, 'T')}`
      : outlook.cut,
  };
}
