import { describe, expect, it } from 'vitest';
import type { TargetFacts } from '../../../src/flash/kind.js';
import { planFlash } from '../../../src/flash/plan.js';
import { targetKinds } from '../../../src/flash/target.js';
import { shareRoom } from '../../../src/flash/share-room.js';
import { asLargeAsBoth, volumeWay } from '../../../src/flash/volume-way.js';
import { anImage } from '../image/an-image.js';
import { aVolume, leb } from './a-volume.js';

const volume = (more: Partial<TargetFacts> = {}): TargetFacts => aVolume('ubi-volume', more);
const image = (length: number) => anImage({ format: 'squashfs', length, chunks: ['a', 'b'] });
const kind = targetKinds.find(({ name }) => name === 'ubi-volume')!;

describe('the way of a UBI volume', () => {
  it.each([
    ['as large as the old one, where the image is smaller', 3 * leb, {}, true, 10],
    ['as large as the image, where that is larger', 11 * leb + 1, {}, true, 12],
    ['not where too little is free', 3 * leb, { free_lebs: 9 }, false, 0],
    ['not where the image is larger than what is free', 12 * leb + 1, {}, false, 3],
    ['not where it is named by its number', 3 * leb, { pinned: 'root=ubi0_1 names it' }, false, 0],
  ])('is a new one %s', (_, length, more, beside, takes) => {
    expect(volumeWay(image(length), volume(more), asLargeAsBoth)).toMatchObject({ beside, takes });
  });
  it('is in place where nobody has told who names the volume', () => {
    const { pinned: _, ...untold } = volume();
    expect(volumeWay(image(leb), untold, asLargeAsBoth)).toMatchObject({ beside: false });
  });
  it('says the numbers, and who names it', () => {
    const why = (more: Partial<TargetFacts>) =>
      volumeWay(image(leb), volume(more), asLargeAsBoth).why;
    expect(why({})).toContain('in 10 of 12 free eraseblocks');
    expect(why({ free_lebs: 1 })).toContain('takes 10 eraseblocks, 1 are free');
    expect(why({ pinned: 'root=ubi0_1 names it' })).toContain('root=ubi0_1 names it');
  });
});

describe('several volumes in one call', () => {
  const ways = (...targets: TargetFacts[]) =>
    shareRoom(targets.map((facts) => ({ kind, image: image(3 * leb), facts }))).map(
      (facts) => volumeWay(image(3 * leb), facts, asLargeAsBoth).beside,
    );
  it('take from the same free eraseblocks', () => {
    expect(ways(volume({ free_lebs: 20 }), volume({ free_lebs: 20 }))).toEqual([true, true]);
    expect(ways(volume({ free_lebs: 19 }), volume({ free_lebs: 19 }))).toEqual([true, false]);
  });
  it('of two UBI devices do not', () => {
    expect(ways(volume(), volume({ within: '/dev/mtd5' }))).toEqual([true, true]);
  });
  it('one that is written in place leaves the room to the other', () => {
    expect(ways(volume({ pinned: 'x' }), volume())).toEqual([false, true]);
  });
  const kindOf = (wanted: string) => targetKinds.find(({ name }) => name === wanted)!;
  const of = (name: string, length: number, more: Partial<TargetFacts> = {}) => ({
    kind: kindOf(name),
    image: image(length),
    facts: aVolume(name, more),
  });
  it('of other kinds take from them as well', () => {
    const tree = of('ubifs-tree', leb, { free_lebs: 19 });
    const [, left] = shareRoom([tree, of('ubi-volume', 3 * leb, { free_lebs: 19 })]);
    expect(left).toMatchObject({ free_lebs: 9, taken_lebs: 10 });
    expect(volumeWay(image(3 * leb), left!, asLargeAsBoth)).toMatchObject({
      beside: false,
      why: 'in place: a second volume takes 10 eraseblocks, 9 are free beside the 10 that other targets of this command take',
    });
    const [, second] = shareRoom([of('ubi-volume', 3 * leb, { free_lebs: 19 }), tree]);
    expect(second).toMatchObject({ free_lebs: 9, taken_lebs: 10 });
  });
  it('are refused at once where one of them has no room beside the other', () => {
    const [, left] = shareRoom([
      of('ubifs-tree', leb, { free_lebs: 12 }),
      of('ubi-volume', 13 * leb, { free_lebs: 12 }),
    ]);
    expect(kind.check(image(13 * leb), left!, {})).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringContaining(
        'on its UBI 2 are free beside the 10 that other targets of this command take',
      ) as string,
    });
  });
  it('count before those that share what is left, in whatever order they come', () => {
    const root = of('openwrt-volume', 3 * leb, { rest: 'data', rest_lebs: 12, free_lebs: 30 });
    const [shared, other] = shareRoom([root, of('ubi-volume', 3 * leb, { free_lebs: 18 })]);
    expect(other).toMatchObject({ free_lebs: 18 });
    expect(shared).toMatchObject({ free_lebs: 20, taken_lebs: 10, left_lebs: 27 });
  });
});

describe('the plan of a UBI volume', () => {
  const plan = (facts: TargetFacts, chunks = ['x', 'b']) =>
    planFlash(
      { target: 'system', kind, facts, image: image(3 * leb) },
      { chunks, remains: [{ what: 'older content', offset: 3 * leb, bytes: leb }], lost: [] },
      { way: 'full', why: 'it was asked for' },
    ).steps.map(({ do: what, undoable, touches }) => ({ what, undoable, touches }));
  it('leaves the old system whole until the swap', () => {
    expect(plan(volume())).toEqual([
      { what: 'write', undoable: true, touches: '/dev/ubi0' },
      { what: 'finish', undoable: true, touches: '/dev/ubi0' },
      { what: 'verify', undoable: true, touches: null },
      { what: 'swap', undoable: false, touches: '/dev/ubi0' },
    ]);
  });
  it('swaps nothing where the image is there already', () => {
    const there = plan(volume(), ['a', 'b']);
    expect(there.map(({ what }) => what)).not.toContain('swap');
    expect(there.map(({ what }) => what)).not.toContain('write');
  });
  it('destroys the old system with its first step in place', () => {
    expect(plan(volume({ free_lebs: 0 }))[0]).toEqual({
      what: 'write',
      undoable: false,
      touches: '/dev/ubi0_1',
    });
  });
});

describe('what a person is told of a UBI volume', () => {
  const outlook = (length: number, more: Partial<TargetFacts>) =>
    kind.outlook(image(length), volume(more), {});
  it('is that a cut does no harm, or what it means', () => {
    expect(outlook(leb, {}).cut).toMatch(/^It does no harm/);
    expect(outlook(leb, { free_lebs: 0 }).cut).toMatch(/nothing mounts it until/);
    expect(outlook(12 * leb, { free_lebs: 3 }).cut).toContain('grows by 2 eraseblocks');
  });
  it('names what an interrupted run has left', () => {
    const { lost } = outlook(leb, { leftovers: ['levitate.new.rootfs'] });
    expect(lost.join()).toContain('levitate.new.rootfs');
  });
});

describe('a volume that is too small', () => {
  const check = (length: number, more: Partial<TargetFacts>) =>
    kind.check(image(length), volume(more), {});
  it('grows into what is free', () => {
    expect(check(13 * leb, { free_lebs: 3 })).toBeUndefined();
    expect(check(14 * leb, { free_lebs: 14 })).toBeUndefined();
  });
  it('is refused with the numbers', () => {
    expect(check(14 * leb, { free_lebs: 3 })).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message:
        'the image has 14000 bytes, volume rootfs on mtd ubi has 10000: it needs 14 eraseblocks, the volume has 10, and on its UBI 3 are free',
    });
  });
});
