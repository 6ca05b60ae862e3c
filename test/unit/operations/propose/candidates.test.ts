import { expect, test } from 'vitest';
import type { TargetFacts } from '../../../../src/flash/kind.js';
import { memberTargets } from '../../../../src/flash/member-targets.js';
import type { ImageIndex } from '../../../../src/image/image.js';
import { judged, type Part } from '../../../../src/operations/propose/candidates.js';
import { aVolume, leb } from '../../flash/a-volume.js';
import { anImage } from '../../image/an-image.js';

const members = memberTargets({ sysupgrade: { mtd: 'ubi' } })!;
const part = (file: 'root' | 'kernel', facts: Partial<TargetFacts> = {}): Part => ({
  ...{ target: `firmware/${file}`, file, spec: members[file] },
  answer: {
    type: 'target',
    ...aVolume('openwrt-volume', { rest: 'rootfs_data', rest_lebs: 30, free_lebs: 30, ...facts }),
  },
});
const file = (lebs: number) =>
  anImage({ format: 'squashfs', length: lebs * leb, chunks: ['a'], board: 'acme_x' });
const image = (root: number, kernel?: number): ImageIndex =>
  anImage({
    format: 'sysupgrade',
    sysupgrade: {
      board: 'acme_x',
      members: { root: file(root), ...(kernel === undefined ? {} : { kernel: file(kernel) }) },
    },
  });
const judge = (one: ImageIndex, parts: Part[]) =>
  judged('firmware', parts, {
    ...{ about: 'an OpenWrt', image: one, consent: {}, system: new Set(['mtd0']) },
  });
const parts = [part('root'), part('kernel', { size: 2 * leb, node: '/dev/ubi0_0' })];

test('an OpenWrt is one place, on the UBI of its volumes', () => {
  expect(judge(image(12, 2), parts)).toEqual([
    expect.objectContaining({
      ...{ target: 'firmware', about: 'an OpenWrt', refusal: undefined, isSystem: true },
      facts: expect.objectContaining({ kind: 'sysupgrade', node: '/dev/mtd0' }) as unknown,
    }),
  ]);
  expect(judge(image(12), parts)[0]?.refusal).toBeUndefined();
});

test('it refuses what its members refuse together', () => {
  // Each of them would have room, and both leave too little for the settings.
  expect(judge(image(12, 14), parts)[0]?.refusal).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  expect(judge(anImage({ format: 'ubi' }), parts)[0]?.refusal).toMatchObject({
    code: 'IMAGE_FORMAT',
  });
});

test('without one of its volumes it is no place', () => {
  expect(judge(image(12, 2), [parts[0]!, { ...parts[1]!, answer: undefined }])).toEqual([]);
});
