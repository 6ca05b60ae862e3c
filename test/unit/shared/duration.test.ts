import { expect, test } from 'vitest';
import { durationInWords } from '../../../src/shared/duration.js';

test.each([
  [0, '0 s'],
  [45, '45 s'],
  [90, '90 s'],
  [180, '3 min'],
  [3600, '1 h'],
  [5400, '90 min'],
])('%d s is %s', (seconds, words) => {
  expect(durationInWords(seconds)).toBe(words);
});
