import { expect, it } from 'vitest';
import type { KeptVolume, TargetFacts } from '../../../src/flash/kind.js';
import { keptRefusal } from '../../../src/flash/kept-volumes.js';
import { planFlash } from '../../../src/flash/plan.js';
import { targetOf } from '../../../src/flash/target.js';
import type { UbiVolume } from '../../../src/image/image.js';
import { anImage } from '../image/an-image.js';

const data: KeptVolume = {
  ...{ name: 'data', isStatic: false, alignment: 1, lebs: 48, lebSize: 1000, bytes: 48_000 },
  roomLebs: 180,
};
const rootfs: UbiVolume = {
  ...{ name: 'rootfs', isStatic: false, lebs: 128, lebSize: 1000, autoresize: false },
};
const layout = (...table: UbiVolume[]) =>
  anImage({
    format: 'ubi',
    ubi: {
      ...{ pebSize: 1128, vidHeaderOffset: 64, dataOffset: 128, pebCount: 4, bodies: [] },
      ...{ volumes: table.map(({ name }) => name), table },
    },
  });
const place = (about: Partial<UbiVolume> = {}): UbiVolume => ({ ...rootfs, ...data, ...about });
const refusal = (table: UbiVolume[], ...keeps: KeptVolume[]) =>
  keptRefusal(layout(...table), { keeps });

it.each<[string, UbiVolume[], KeptVolume]>([
  ['one of the same size', [rootfs, place()], data],
  ['a larger one', [place({ lebs: 52 })], data],
  ['one that grows to the size', [rootfs, place({ lebs: 2, autoresize: true })], data],
  [
    'a static one with room for the content',
    [place({ isStatic: true, lebs: 3 })],
    { ...data, isStatic: true, bytes: 2001 },
  ],
  ['none, where all volumes have room together', [rootfs], data],
])('the content goes into %s', (_, table, kept) => {
  expect(refusal(table, kept)).toBeUndefined();
});

it.each<[string, UbiVolume[], KeptVolume, RegExp]>([
  ['another type', [place({ isStatic: true })], data, /static there, .* device is dynamic/],
  ['other eraseblocks', [place({ lebSize: 999 })], data, /hold 999 bytes there, and 1000/],
  ['a smaller one', [place({ lebs: 47 })], data, /has 47 eraseblocks there, and needs 48/],
  [
    'a static one without room for the content',
    [place({ isStatic: true, lebs: 2 })],
    { ...data, isStatic: true, bytes: 2001 },
    /has 2 eraseblocks there, and needs 3/,
  ],
  [
    'one that cannot grow as far',
    [{ ...rootfs, lebs: 140 }, place({ lebs: 2, autoresize: true })],
    data,
    /has 40 eraseblocks there, as all volumes can have 180 together and the others take 140, and needs 48/,
  ],
  ['none, and another one that takes the rest', [{ ...rootfs, autoresize: true }], data, /rootfs/],
  [
    'none, and no room',
    [{ ...rootfs, lebs: 133 }],
    data,
    /of the 180 eraseblocks .* its own take 133, so that 47 are left of 48/,
  ],
])('the content goes nowhere: %s', (_, table, kept, message) => {
  expect(refusal(table, kept)).toMatchObject({
    code: 'KEEP_REFUSED',
    message: expect.stringMatching(message) as string,
    hint: expect.stringContaining('--drop-kept') as string,
    data: { volume: 'data' },
  });
});

it('several volumes that the layout lacks need room together', () => {
  const other = { ...data, name: 'other', lebs: 5 };
  expect(refusal([rootfs], data, { ...other, lebs: 4 })).toBeUndefined();
  expect(refusal([rootfs], data, other)?.message).toContain('52 are left of 53');
});

const target = targetOf({ ubi: { mtd: 'ubi' }, keep: ['data', 'data'] });
const facts: TargetFacts = {
  ...{ kind: 'ubi', name: 'mtd ubi', node: '/dev/mtd0', size: 1 << 20, peb_size: 1128 },
  ...{ volumes: ['rootfs', 'data'], keeps: [data] },
};
const steps = (chunks: string[], keeps: KeptVolume[]) =>
  planFlash(
    {
      ...target,
      target: 'layout',
      facts: { ...facts, keeps },
      image: { ...layout(rootfs), chunks },
    },
    { chunks: ['a'], remains: [], lost: [] },
    { way: 'full', why: '' },
  ).steps.map((step) => `${step.do}${'volume' in step ? ` ${step.volume}` : ''} ${step.undoable}`);
const onlyCopyOf = '2026-01-02T03:04:05.000Z';

it('a part of a layout is a volume of its own, once', () => {
  expect(target.parts.map(({ name, args }) => [name, args])).toEqual([
    ['data', ['ubi-volume', 'data', 'ubi']],
  ]);
  expect(targetOf({ ubi: { mtd: 'ubi' } }).parts).toEqual([]);
});

it('the plan saves before it writes and restores after it read back', () => {
  expect(steps(['b'], [data])).toEqual([
    ...['save data true', 'write false', 'finish false', 'verify false', 'restore data false'],
  ]);
  expect(steps(['a'], [data])).toEqual(['verify true']);
});

it('what waits on this machine is restored, whatever is written', () => {
  const waiting = [{ ...data, onlyCopyOf }];
  expect(steps(['a'], waiting)).toEqual(['verify true', 'restore data false']);
  expect(steps(['b'], waiting)).not.toContain('save data true');
});

it('a person is told what stays, and that it lies on their machine alone meanwhile', () => {
  const told = target.kind.outlook(layout(rootfs), facts, {});
  expect(told.lost).toEqual(['the content of every other volume on mtd ubi: rootfs']);
  expect(told.kept[0]).toMatch(/content of data \(.*\).* your machine .* the only copy/);
  expect(told.cut).toMatch(/What data held is then on your machine alone/);
  const waiting = { ...facts, keeps: [{ ...data, onlyCopyOf }] };
  const later = target.kind.outlook(layout(rootfs), waiting, {});
  expect(later.lost).toContain('what is in the volume data now');
  expect(later.kept[0]).toContain(onlyCopyOf);
});

it('a volume that is kept is no risk, and every other one is', () => {
  const check = (volumes: string[]) =>
    target.kind.check(layout(rootfs), { ...facts, min_io: 1, volumes }, {})?.code;
  expect(check(['rootfs', 'data'])).toBeUndefined();
  expect(check(['rootfs', 'data', 'env'])).toBe('VOLUMES_AT_RISK');
});
