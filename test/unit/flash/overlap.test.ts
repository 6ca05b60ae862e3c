import { expect, test } from 'vitest';
import { overlapOf, type PlacedTarget } from '../../../src/flash/overlap.js';

const placed = (
  target: string,
  args: string[],
  node: string,
  partition?: boolean,
): PlacedTarget => ({
  target,
  args,
  facts: {
    kind: args[0] ?? '',
    name: target,
    node,
    size: 1,
    ...(partition === undefined ? {} : { partition }),
  },
});
const disk = (node: string) => placed('disk', ['block', node], node, false);
const part = (node: string) => placed('part', ['partition', 'label', 'x'], node, true);
const layout = placed('layout', ['ubi', 'ubi'], '/dev/mtd0');
const volume = (name: string, mtd = 'ubi') =>
  placed(name, ['ubi-volume', name, mtd], `/dev/ubi0_${name.length}`);

test.each<[string, PlacedTarget[], [string, string] | undefined]>([
  ['a disk and its partition', [disk('/dev/sda'), part('/dev/sda1')], ['disk', 'part']],
  ['the other way round', [part('/dev/sda1'), disk('/dev/sda')], ['part', 'disk']],
  ['eMMC', [disk('/dev/mmcblk0'), part('/dev/mmcblk0p2')], ['disk', 'part']],
  [
    'one node by two names',
    [part('/dev/sda1'), placed('b', ['block', 'x'], '/dev/sda1', true)],
    ['part', 'b'],
  ],
  ['a layout and a volume in it', [volume('a'), layout], ['a', 'layout']],
  [
    'two partitions',
    [part('/dev/sda1'), placed('b', ['block', 'x'], '/dev/sda2', true)],
    undefined,
  ],
  ['another disk', [disk('/dev/sda'), part('/dev/sdaa1')], undefined],
  ['eMMC and its boot area', [disk('/dev/mmcblk0'), disk('/dev/mmcblk0boot0')], undefined],
  ['two volumes', [volume('a'), volume('bb')], undefined],
  ['a volume elsewhere', [volume('a', 'data'), layout], undefined],
])('%s', (_, targets, expected) => {
  expect(overlapOf(targets)).toEqual(expected);
});
