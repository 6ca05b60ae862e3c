import { expect, it } from 'vitest';
import { takersOf } from '../../../src/flash/takers.js';
import { targetKinds } from '../../../src/flash/target.js';
import type { TargetFacts } from '../../../src/flash/kind.js';
import type { ImageFormat, ImageIndex, ImagePlace } from '../../../src/image/image.js';
import { anImage } from '../image/an-image.js';

const formats: ImageFormat[] = [
  ...(['disk', 'ext4', 'squashfs', 'fat', 'exfat', 'erofs', 'f2fs', 'btrfs', 'xfs'] as const),
  ...(['luks', 'lvm', 'ubi', 'ubifs', 'jffs2', 'cramfs', 'romfs', 'uimage', 'fit'] as const),
  ...(['dtb', 'trx', 'vendor', 'kernel', 'boot-loader', 'android-boot', 'android'] as const),
  'unknown',
];

const ubi: ImageIndex['ubi'] = {
  pebSize: 131072,
  vidHeaderOffset: 2048,
  dataOffset: 4096,
  pebCount: 4,
  volumes: [],
  table: [],
  bodies: [],
};

/** A target with room for any image, of each place. */
const facts = (place: ImagePlace): TargetFacts => ({
  kind: '',
  name: 'it',
  node: '/dev/it',
  size: 1 << 30,
  ...(place === 'partition' ? { partition: true } : {}),
  ...(place === 'mtd' ? { unfit: null } : {}),
  ...(place === 'ubi' ? { peb_size: 131072, min_io: 2048, headers: [] } : {}),
});

it.each(
  formats.flatMap((format) =>
    (['as it is', 'raw', 'compressed'] as const).map((how) => ({ format, how })),
  ),
)('the kinds that are named for $format, $how, are those that take it', ({ format, how }) => {
  const image = anImage({
    format,
    raw: how === 'raw',
    compression: how === 'compressed' ? 'gzip' : 'none',
    ...(format === 'ubi' ? { ubi } : {}),
  });
  const named = takersOf(image).map(({ kind, place }) => `${kind} ${place}`);
  const taking = targetKinds.flatMap(({ name, places, check }) =>
    (Object.keys(places) as ImagePlace[])
      .filter((place) => {
        const refusal = check(image, facts(place), { acceptCounterLoss: true });
        return refusal === undefined;
      })
      .map((place) => `${name} ${place}`),
  );
  expect(named.filter((one) => one !== 'ubi ubi')).toEqual(
    taking.filter((one) => one !== 'ubi ubi'),
  );
  expect(named.includes('ubi ubi')).toBe(format === 'ubi' && how !== 'raw');
});
