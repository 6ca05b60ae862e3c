import { describe, expect, it } from 'vitest';
import { targetOf, type TargetSpec } from '../../../src/flash/target.js';
import type { ImageIndex } from '../../../src/image/image.js';
import { aLayout, anImage } from '../image/an-image.js';

const disk: TargetSpec = { block: '/dev/sda' };
const partition: TargetSpec = { partition: { label: 'root' } };
const volume: TargetSpec = { 'ubi-volume': 'rootfs', on: { mtd: 'ubi' } };
const ubi: TargetSpec = { ubi: { mtd: 'ubi' } };
const mtd: TargetSpec = { mtd: 'overlay' };

const place = (spec: TargetSpec, image: Partial<ImageIndex>, within = '') =>
  targetOf(spec).kind.keepPlace?.(anImage(image), within);

describe('the place for kept files', () => {
  it.each<[string, TargetSpec, Partial<ImageIndex>, string, string[]]>([
    [
      'a disk, with its partition',
      disk,
      { format: 'disk' },
      'root',
      ['ext4', 'f2fs', 'btrfs', 'xfs'],
    ],
    ['a partition by its node', disk, { format: 'f2fs' }, '', ['f2fs']],
    ['a partition', partition, { format: 'ext4' }, '', ['ext4']],
    ['a UBI volume', volume, { format: 'ubifs' }, '', ['ubifs']],
    [
      'a whole UBI, with its volume',
      ubi,
      { format: 'ubi', ubi: { ...aLayout, volumes: ['rootfs', 'rootfs_data'] } },
      'rootfs_data',
      ['ubifs'],
    ],
    ['an MTD', mtd, { format: 'jffs2' }, '', ['jffs2']],
  ])('is known: %s', (_, spec, image, within, fileSystems) => {
    expect(place(spec, image, within)).toEqual({ fileSystems });
  });

  it.each<[string, TargetSpec, Partial<ImageIndex>, string, RegExp]>([
    ['a disk without its partition', disk, { format: 'disk' }, '', /does not say which partition/],
    ['a part of what has none', partition, { format: 'ext4' }, 'root', /no whole of which root/],
    ['what cannot be written to', partition, { format: 'squashfs' }, '', /put into a squashfs/i],
    ['what has no owners', partition, { format: 'fat' }, '', /put into/],
    ['no known format', partition, { format: 'unknown', raw: true }, '', /no known format/],
    ['a squashfs in a volume', volume, { format: 'squashfs' }, '', /put into/],
    [
      'a layout without that volume',
      ubi,
      { format: 'ubi', ubi: { ...aLayout, volumes: ['rootfs'] } },
      'rootfs_data',
      /no volume rootfs_data/,
    ],
    [
      'a layout without a word of the volume',
      ubi,
      { format: 'ubi', ubi: { ...aLayout, volumes: ['rootfs'] } },
      '',
      /does not say which volume/,
    ],
  ])('is refused: %s', (_, spec, image, within, message) => {
    expect(place(spec, image, within)).toMatchObject({
      refusal: { code: 'KEEP_REFUSED', message: expect.stringMatching(message) as string },
    });
  });
});
