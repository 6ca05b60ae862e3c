import { expect, test } from 'vitest';
import type { TargetFacts } from '../../../../src/flash/kind.js';
import type { ImageIndex } from '../../../../src/image/image.js';
import { chooseTarget, type Candidate } from '../../../../src/operations/propose/choose-target.js';
import type { TargetDraft } from '../../../../src/operations/probe/target-draft.js';
import { chosenOf } from '../../../../src/operations/propose/refuse-choice.js';
import { anImage } from '../../image/an-image.js';

const at = (
  target: string,
  facts: Partial<TargetFacts>,
  about: Partial<Candidate> = {},
): Candidate => ({
  target,
  about: `${target}, 8 GiB`,
  facts: { kind: 'block', name: `/dev/${target}`, node: `/dev/${target}`, size: 2 ** 33, ...facts },
  refusal: undefined,
  isSystem: false,
  ...about,
});
const refusal = { code: 'IMAGE_TOO_LARGE', message: 'too large' } as const;
const disk = at('mmcblk0', {}, { isSystem: true });
const stick = at('sda', {});
const part = at('root', { partition: true }, { isSystem: true });
const layout = at('layout', { kind: 'ubi' });
const volume = at('data', { kind: 'ubi-volume' });
const nor = at('kernel', { kind: 'mtd' });

const openwrt = at('firmware', { kind: 'sysupgrade' });

const sysupgrade = anImage({ format: 'sysupgrade' });
const ext4 = anImage({ format: 'ext4' });
const aDisk = anImage({ format: 'disk', disk: { sectorSizes: [512], size: 1, partitions: 2 } });
const chosen = (image: ImageIndex, candidates: Candidate[]) => {
  const choice = chooseTarget(image, candidates);
  return 'chosen' in choice ? choice.chosen.target : Object.keys(choice)[0];
};

test.each<[string, ImageIndex, Candidate[], string]>([
  ['a disk image to the disk of the system', aDisk, [stick, disk, part, layout], 'mmcblk0'],
  ['a disk image to the only disk', aDisk, [stick, part], 'sda'],
  ['a disk image to neither of two disks', aDisk, [stick, at('sdb', {})], 'several'],
  ['a disk image to no partition', aDisk, [part], 'none'],
  ['not past the only disk that refuses it', aDisk, [at('sda', {}, { refusal }), part], 'refused'],
  ['past a disk that refuses it', aDisk, [at('sda', {}, { refusal }), disk], 'mmcblk0'],
  ['a UBI layout to UBI', anImage({ format: 'ubi' }), [disk, layout, volume], 'layout'],
  ['a file system to the only place', anImage({ format: 'ext4' }), [disk, part, layout], 'root'],
  ['a file system to none of several', anImage({ format: 'ext4' }), [part, volume], 'several'],
  [
    'no larger one past the data to the root',
    ext4,
    [at('data', { partition: true }, { refusal }), part],
    'several',
  ],
  [
    'no larger disk image past its own disk',
    aDisk,
    [at('mmcblk0', {}, { refusal, isSystem: true }), stick],
    'refused',
  ],
  ['a sysupgrade file to the OpenWrt', sysupgrade, [disk, layout, volume, openwrt], 'firmware'],
  ['a sysupgrade file to no volume', sysupgrade, [volume, nor], 'none'],
  ['a file system to no OpenWrt', ext4, [openwrt, volume], 'data'],
  ['a kernel to NOR', anImage({ format: 'uimage' }), [disk, nor, layout], 'kernel'],
  ['nothing to nothing', aDisk, [], 'none'],
])('%s', (_, image, candidates, target) => {
  expect(chosen(image, candidates)).toBe(target);
});

test('it says why', () => {
  expect(chooseTarget(aDisk, [stick, disk])).toMatchObject({
    why: "it is a disk image of 1000 bytes with 2 partitions, and /dev/mmcblk0 is the system's own disk",
  });
});

const asked = { connection: { host: 'root@box' }, image: { ...aDisk, path: 'new image.img' } };
const thrown = (candidates: Candidate[], places?: TargetDraft[]) => {
  try {
    chosenOf(chooseTarget(aDisk, candidates), places ? { ...asked, places } : asked);
  } catch (error) {
    return error;
  }
  return undefined;
};

test('of several places the commands are listed that name one', () => {
  expect(thrown([stick, at('sdb', {})], [])).toMatchObject({
    code: 'TARGET_AMBIGUOUS',
    exit: 3,
    message:
      'it is not clear which place new image.img is meant for\n  sda: sda, 8 GiB\n  sdb: sdb, 8 GiB',
    hint: `Name it, with a profile:
  levitate probe root@box --profile-out device.yaml
  levitate deploy root@box device.yaml 'sda=new image.img'
  levitate deploy root@box device.yaml 'sdb=new image.img'`,
    data: { targets: ['sda', 'sdb'] },
  });
  expect(thrown([stick, at('sdb', {})])).toMatchObject({
    hint: expect.stringContaining("levitate flash root@box 'sda=new image.img'") as string,
  });
});

test('of several places of which one takes it, the others may be meant', () => {
  expect(thrown([stick, at('sdb', {}, { refusal })])).toMatchObject({
    code: 'TARGET_AMBIGUOUS',
    message:
      'only sda takes new image.img, which may be meant for another place\n  sda: sda, 8 GiB\n  sdb: too large',
    data: { targets: ['sda'] },
  });
});

test('where none takes it, every place is told', () => {
  const place = { about: '', spec: undefined, caution: undefined };
  const places = [
    { ...place, name: 'grub', caution: 'it holds a boot loader' },
    { ...place, name: 'gone' },
    { ...place, name: 'root' },
  ];
  expect(thrown([part], places)).toMatchObject({
    code: 'TARGET_MISSING',
    message: [
      'no place of the device takes new image.img',
      '  grub: it holds a boot loader',
      '  gone: the device does not tell of it',
      '  root: not a place for a disk image of 1000 bytes with 2 partitions',
    ].join('\n'),
    data: { targets: [] },
  });
});

test('what refuses it is told, by the only place as the error of its kind', () => {
  expect(thrown([at('sda', {}, { refusal })])).toMatchObject({
    code: 'IMAGE_TOO_LARGE',
    message: 'sda: too large',
  });
  const both = [at('sda', {}, { refusal }), at('sdb', {}, { refusal })];
  expect(thrown(both)).toMatchObject({
    code: 'TARGET_MISSING',
    message: 'no place of the device takes new image.img\n  sda: too large\n  sdb: too large',
  });
});
