import { expect, test } from 'vitest';
import { overlapOf, type PlacedTarget } from '../../../src/flash/overlap.js';

const placed = (target: string, node: string, within = ''): PlacedTarget => ({
  target,
  facts: { kind: 'x', name: target, node, within, size: 1 },
});
const disk = (node: string) => placed('disk', node);
const part = (node: string, of: string) => placed('part', node, of);
const layout = placed('layout', '/dev/mtd0');
const volume = (name: string, mtd = '/dev/mtd0') => placed(name, `/dev/ubi0_${name.length}`, mtd);

test.each<[string, PlacedTarget[], [string, string] | undefined]>([
  ['a disk and its partition', [disk('/dev/sda'), part('/dev/sda1', '/dev/sda')], ['disk', 'part']],
  ['the other way round', [part('/dev/sda1', '/dev/sda'), disk('/dev/sda')], ['part', 'disk']],
  ['eMMC', [disk('/dev/mmcblk0'), part('/dev/mmcblk0p2', '/dev/mmcblk0')], ['disk', 'part']],
  [
    'one node by two names',
    [part('/dev/sda1', '/dev/sda'), placed('b', '/dev/sda1', '/dev/sda')],
    ['part', 'b'],
  ],
  ['a layout and a volume in it', [volume('a'), layout], ['a', 'layout']],
  [
    'two partitions',
    [part('/dev/sda1', '/dev/sda'), placed('b', '/dev/sda2', '/dev/sda')],
    undefined,
  ],
  ['another disk', [disk('/dev/sda'), part('/dev/sdaa1', '/dev/sdaa')], undefined],
  ['eMMC and its boot area', [disk('/dev/mmcblk0'), disk('/dev/mmcblk0boot0')], undefined],
  ['two volumes', [volume('a'), volume('bb')], undefined],
  ['a volume elsewhere', [volume('a', '/dev/mtd1'), layout], undefined],
])('%s', (_, targets, expected) => {
  expect(overlapOf(targets)).toEqual(expected);
});
