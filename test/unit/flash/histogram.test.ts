import { describe, expect, it } from 'vitest';
import { histogram } from '../../../src/flash/histogram.js';

const ranges = (...counters: number[]) =>
  histogram([counters]).map(({ from, to, counts }) => [from, to, ...counts]);

describe('histogram', () => {
  it('has nothing where there is no counter', () => {
    expect(histogram([[null, null], []])).toEqual([]);
  });

  it('has one range for one counter', () => {
    expect(ranges(7, 7, 7)).toEqual([[7, 7, 3]]);
  });

  it('begins ranges at multiples of their width, and counts each eraseblock once', () => {
    expect(ranges(3, 9, 10, 19, 42)).toEqual([
      [0, 4, 1],
      [5, 9, 1],
      [10, 14, 1],
      [15, 19, 1],
      [20, 24, 0],
      [25, 29, 0],
      [30, 34, 0],
      [35, 39, 0],
      [40, 44, 1],
    ]);
  });

  it.each([
    [0, 11, 1, 12],
    [0, 12, 2, 7],
    [995, 1010, 2, 9],
    [0, 0x7fff_ffff, 200_000_000, 11],
  ])('from %i to %i is ranges of %i, %i of them', (lowest, highest, width, count) => {
    const bins = histogram([[lowest, null, highest]]);
    expect(bins).toHaveLength(count);
    for (const { from, to } of bins) expect([to - from + 1, from % width]).toEqual([width, 0]);
    expect(bins.reduce((sum, { counts: [one = 0] }) => sum + one, 0)).toBe(2);
  });

  it('gives a few that are worn far more a range of their own', () => {
    const many = Array.from({ length: 40 }, (_, index) => 10 + (index % 4));
    expect(ranges(...many, 417, 783)).toEqual([
      ...[10, 11, 12, 13].map((counter) => [counter, counter, 10]),
      [14, 783, 2],
    ]);
    // Where those are many, or not far away, they are as the rest.
    expect(ranges(...many, 20).at(-1)).toEqual([20, 20, 1]);
    expect(ranges(1, 1, 1, 1000).at(-1)).toEqual([1000, 1099, 1]);
  });

  it('counts 65536 eraseblocks', () => {
    const counters = Array.from({ length: 65_536 }, (_, index) => index % 3000);
    const [before, after] = histogram([counters, counters.map((one) => one + 1)]).reduce(
      ([old, now], { counts: [one = 0, other = 0] }) => [old! + one, now! + other],
      [0, 0],
    );
    expect([before, after]).toEqual([65_536, 65_536]);
  });
});
