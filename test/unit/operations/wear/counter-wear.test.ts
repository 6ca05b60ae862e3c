import { expect, it } from 'vitest';
import { counterWear } from '../../../../src/operations/wear/counter-wear.js';
import { damaged, erased, header, unread } from './headers.js';

it('tells eraseblocks apart that have a counter, are erased, are damaged or cannot be read', () => {
  expect(counterWear([header(1), header(4), erased, damaged, unread])).toEqual({
    ...{ eraseblocks: 5, valid: 2, lowest: 1, mean: 2.5, highest: 4 },
    ...{ empty: 1, damaged: 2, sequences: 1 },
    histogram: [1, 2, 3, 4].map((n) => ({ from: n, to: n, count: n === 1 || n === 4 ? 1 : 0 })),
    counters: [1, 4, null, null, null],
  });
});

it('counts the layouts that the headers are of; those without a number fit any', () => {
  const sequences = (...headers: string[]) => counterWear(headers).sequences;
  expect(sequences(header(1, 7), header(1, 7), header(1, 0))).toBe(1);
  expect(sequences(header(1, 7), header(1, 8), damaged)).toBe(2);
  expect(sequences(header(1, 0), erased)).toBe(0);
});

it('takes 65536 eraseblocks', () => {
  const headers = Array.from({ length: 65_536 }, (_, index) => header(index % 100));
  expect(counterWear(headers)).toMatchObject({ valid: 65_536, lowest: 0, highest: 99 });
});

it('has numbers where no header is valid', () => {
  expect(counterWear([erased, unread])).toMatchObject({ valid: 0, mean: 0, histogram: [] });
});
