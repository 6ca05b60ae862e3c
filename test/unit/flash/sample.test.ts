import { describe, expect, it } from 'vitest';
import { isComparingSlower, sampleOf } from '../../../src/flash/sample.js';

describe('sampleOf', () => {
  it.each([
    [0, []],
    [1, [0]],
    [2, [1]],
    [3, [1, 2]],
    [17, Array.from({ length: 16 }, (_, index) => index + 1)],
  ])('of %i chunks', (count, picked) => expect(sampleOf(count)).toEqual(picked));

  it('spreads over all of a large image, from the second chunk to the last', () => {
    const picked = sampleOf(5000);
    expect(new Set(picked).size).toBe(16);
    expect([picked[0], picked.at(-1)]).toEqual([1, 4999]);
    for (const [nth, index] of picked.entries())
      expect(Math.abs(index - (nth * 4999) / 15)).toBeLessThan(2);
  });
});

describe('isComparingSlower', () => {
  const compared = { chunks: 100, differing: 50, readSeconds: 1, writeSeconds: 4 };

  it('is not told by few chunks', () =>
    expect(isComparingSlower({ ...compared, chunks: 15, differing: 15 })).toBe(false));

  it('where nothing is equal', () =>
    expect(isComparingSlower({ ...compared, differing: 100 })).toBe(true));

  it.each([
    // A chunk that differs is read, written and read back: 1 + 0.8 × 5 is what 5 are without reading before.
    [79, false],
    [81, true],
  ])(
    'where %i of 100 chunks differ and reading takes a fourth of writing: %s',
    (differing, slower) => expect(isComparingSlower({ ...compared, differing })).toBe(slower),
  );

  it('where reading takes as long as writing, and more than half differ', () => {
    expect(isComparingSlower({ ...compared, writeSeconds: 1, differing: 49 })).toBe(false);
    expect(isComparingSlower({ ...compared, writeSeconds: 1, differing: 51 })).toBe(true);
  });

  it('is not told before anything was written, unless nothing is equal', () => {
    const unwritten = { ...compared, writeSeconds: undefined };
    expect(isComparingSlower({ ...unwritten, differing: 99 })).toBe(false);
  });
});
