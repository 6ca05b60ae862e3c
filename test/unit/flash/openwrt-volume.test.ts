import { describe, expect, test } from 'vitest';
import type { TargetFacts } from '../../../src/flash/kind.js';
import { planFlash } from '../../../src/flash/plan.js';
import { shareRoom } from '../../../src/flash/share-room.js';
import { targetKinds } from '../../../src/flash/target.js';
import type { ImageFormat } from '../../../src/image/image.js';
import { anImage } from '../image/an-image.js';
import { aVolume, leb } from './a-volume.js';

/** All eraseblocks that are free are those of the volume that takes the rest. */
const facts = (more: Partial<TargetFacts> = {}): TargetFacts =>
  aVolume('openwrt-volume', { rest: 'rootfs_data', rest_lebs: 12, ...more });
const image = (lebs: number, format: ImageFormat = 'squashfs') =>
  anImage({ format, length: lebs * leb, chunks: ['a', 'b'] });
const kind = targetKinds.find(({ name }) => name === 'openwrt-volume')!;
const steps = (of: ReturnType<typeof image>, on: TargetFacts, there = false) =>
  planFlash(
    { target: 'firmware/root', kind, facts: on, image: of },
    { chunks: there ? of.chunks : [], remains: [], lost: [] },
    { way: 'full', why: '' },
  ).steps;
const done = (...[of, on, there]: Parameters<typeof steps>) =>
  steps(of, on, there).map((step) => step.do);

describe('what becomes of the volume that takes the rest', () => {
  test('it goes first where the new content needs its room, and is made anew at the end', () => {
    const planned = steps(image(3), facts());
    expect(planned.map((step) => step.do)).toEqual([
      ...['remove-volume', 'write', 'finish', 'verify', 'swap', 'make-volume'],
    ]);
    expect(planned.every(({ undoable }) => !undoable)).toBe(true);
    expect(planned[0]).toMatchObject({ volume: 'rootfs_data', touches: '/dev/ubi0' });
  });
  test('it stays until the swap where there is room beside it', () => {
    const planned = steps(image(3), facts({ free_lebs: 15 }));
    expect(planned.map((step) => step.do)).toEqual([
      ...['write', 'finish', 'verify', 'swap', 'make-volume'],
    ]);
    expect(planned.map(({ undoable }) => undoable)).toEqual([true, true, true, false, false]);
  });
  test('it is made anew behind a write in place as well', () => {
    expect(done(image(3), facts({ pinned: 'root=ubi0_1 names it' }))).toEqual([
      ...['write', 'finish', 'verify', 'make-volume'],
    ]);
    // It needs more than the volume has, and nothing else is free.
    expect(done(image(13), facts())[0]).toBe('remove-volume');
  });
  test('where all is there it stays as it is, unless it is missing', () => {
    expect(done(image(3), facts(), true)).toEqual(['verify']);
    const missing = facts({ rest_lebs: 0, free_lebs: 0 });
    expect(done(image(3), missing, true)).toEqual(['verify', 'make-volume']);
    expect(done(image(3, 'ubifs'), missing, true)).toEqual(['verify']);
  });
  test('a person is told', () => {
    const { lost, cut } = kind.outlook(image(3), facts(), {});
    expect(lost.join()).toContain('rootfs_data, which is made anew');
    expect(cut).toMatch(/^The volume rootfs_data is removed first.*without its settings\. The new/);
    const beside = kind.outlook(image(3), facts({ free_lebs: 15 }), {});
    expect(beside.cut).toMatch(/^It does no harm/);
  });
});

describe('several in one call', () => {
  const shared = (root: number, kernel: number, more: Partial<TargetFacts> = {}) =>
    shareRoom([
      { kind, image: image(root), facts: facts(more) },
      { kind, image: image(kernel), facts: facts({ ...more, size: 2 * leb, node: '/dev/ubi0_0' }) },
    ]);
  test('are told what they leave', () => {
    // 10 and 2 that they have, and 12 that are free, less what they take.
    expect(shared(3, 1).map(({ left_lebs }) => left_lebs)).toEqual([20, 20]);
    expect(shared(3, 1).map(({ free_lebs }) => free_lebs)).toEqual([12, 9]);
  });
  test('are refused where they leave too little for a UBIFS', () => {
    const [root] = shared(7, 2);
    expect(root?.left_lebs).toBe(15);
    expect(kind.check(image(7), root!, {})).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringContaining('leave 15 eraseblocks for the volume rootfs_data') as string,
    });
    // A UBIFS as the root is the place of the settings itself.
    expect(kind.check({ ...image(7, 'ubifs'), ubifsLebSize: leb }, root!, {})).toBeUndefined();
  });
  test('are refused where they have no room at all', () => {
    expect(kind.check(image(23), shared(23, 1)[0]!, {})?.code).toBe('IMAGE_TOO_LARGE');
  });
});

test('settings have one place', () => {
  expect(kind.keepPlace!(image(3), '')).toEqual({ fileSystems: ['ubifs'] });
  expect(kind.keepPlace!(image(3), 'data')).toMatchObject({ refusal: { code: 'KEEP_REFUSED' } });
});
