import { describe, expect, test } from 'vitest';
import type { TargetFacts } from '../../../src/flash/kind.js';
import type { ImageIndex } from '../../../src/image/image.js';
import { planPowerCut } from '../../../src/operations/rescue/plan-power-cut.js';
import type { Profile } from '../../../src/profile/profile.js';

const mib = 1024 * 1024;
const disk: TargetFacts = {
  ...{ kind: 'block', name: '/dev/vda', node: '/dev/vda', size: 400 * mib },
  ...{ partition: false, sector_size: 512 },
};
const image = { length: 300 * mib, format: 'disk' } as ImageIndex;
const means = {
  firmware: 'bios' as const,
  disk: 'vda',
  kernelBytes: 14 * mib,
  archiveBytes: 8 * mib,
};
const safety = (powerCut?: 'rescue' | 'accept') =>
  ({ safety: powerCut ? { powerCut } : {} }) as Pick<Profile, 'safety'>;
const parts = {
  ...{ firmware: 'bios' as const, disk: 'vda', kernel_bytes: 0, archive_bytes: 1, words: '' },
  boot_option: '',
};
const onDisk = { ...disk, rescue: { ...parts, offset: 350 * mib, length: 30 * mib } };

describe('what a power cut leads to', () => {
  test('is a rescue where one can be made', () => {
    expect(planPowerCut('disk', image, disk, safety(), means)).toMatchObject({
      leadsTo: 'rescue',
      isThere: false,
    });
  });

  test('is no question of partitions and of other kinds', () => {
    for (const facts of [
      { ...disk, partition: true },
      { ...disk, kind: 'mtd' },
      { ...disk, node: '/dev/mmcblk0boot0' },
    ])
      expect(planPowerCut('disk', image, facts, safety('rescue'), means)).toBeUndefined();
  });

  test('is the rescue that is on the disk, though nothing is left to make one of', () => {
    const gone = { why: 'gone' };
    expect(planPowerCut('disk', image, onDisk, safety(), gone)).toEqual({
      ...{
        leadsTo: 'rescue',
        firmware: 'bios',
        isThere: true,
        offset: 350 * mib,
        length: 30 * mib,
      },
      within: [],
    });
    const long = { ...image, length: 350 * mib + 1 };
    expect(planPowerCut('disk', long, onDisk, safety(), means)).toMatchObject({
      leadsTo: 'nothing',
      why: expect.stringContaining('begins at') as string,
    });
  });

  test.each([
    [
      'the disk is not the one that the device starts from',
      { node: '/dev/vdb' },
      {},
      /starts from/,
    ],
    ['its sectors are larger', { sector_size: 4096 }, {}, /512/],
    ['the image is as large as the disk', {}, { length: 400 * mib }, /fills the disk/],
    ['the table of the image claims the disk', {}, { disk: { size: 400 * mib } }, /fills the disk/],
  ])('is nothing where %s; a profile that insists refuses', (_, place, made, why) => {
    const given = [{ ...image, ...made } as ImageIndex, { ...disk, ...place }] as const;
    expect(planPowerCut('disk', ...given, safety(), means)).toMatchObject({
      leadsTo: 'nothing',
      why: expect.stringMatching(why) as string,
    });
    expect(() => planPowerCut('disk', ...given, safety('rescue'), means)).toThrow(
      expect.objectContaining({ code: 'RESCUE_IMPOSSIBLE' }),
    );
  });

  test('is nothing where the profile accepts that, or nothing is there to make one of', () => {
    expect(planPowerCut('disk', image, disk, safety('accept'), means)).toMatchObject({
      leadsTo: 'nothing',
    });
    expect(planPowerCut('disk', image, disk, safety(), { why: 'no GRUB' })).toEqual({
      leadsTo: 'nothing',
      why: 'no GRUB',
    });
  });
});
