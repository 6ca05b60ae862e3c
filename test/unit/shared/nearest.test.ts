import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../../src/shared/nearest.js';

test.each([
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['arhc', 'arch', 1],
  ['same', 'same', 0],
])('%j to %j takes %i changes', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test('what is far from everything has no nearest word', () => {
  expect(nearest('blok', ['block', 'partition'])).toBe('block');
  expect(nearest('Disk', ['disk'])).toBe('disk');
  expect(nearest('frobnicate', ['block', 'partition'])).toBeUndefined();
  expect(nearest('x', [])).toBeUndefined();
});
