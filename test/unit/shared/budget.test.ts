import { expect, test } from 'vitest';
import { Budget } from '../../../src/shared/budget.js';

const limits = { bytes: 100, entries: 3, names: 10 };

test('what is within the limits passes, to the last of it', () => {
  const budget = new Budget('x', limits);
  budget.bytes(60);
  budget.bytes(40);
  budget.entries();
  budget.entries(2);
  budget.names(10);
  budget.bytes(0);
});

test.each([
  ['bytes', (budget: Budget) => budget.bytes(101), 'holds more than 100 bytes'],
  ['entries', (budget: Budget) => budget.entries(4), 'consists of more than 3 pieces'],
  ['names', (budget: Budget) => budget.names(11), 'has names of more than 10 bytes'],
  ['bytes', (budget: Budget) => budget.bytes(-1), 'holds more than'],
  ['names', (budget: Budget) => budget.names(Number.NaN), 'has names of more than'],
  ['bytes', (budget: Budget) => budget.bytes(2 ** 53), 'holds more than'],
])('%s: an excess, or no number, is an error that says what', (kind, spend, words) => {
  expect(() => spend(new Budget('the module m.ko', limits, 'MODULE_INVALID'))).toThrow(
    expect.objectContaining({
      code: 'MODULE_INVALID',
      message: expect.stringContaining(`the module m.ko ${words}`) as string,
      hint: expect.any(String) as string,
      data: expect.objectContaining({ limit: kind }) as unknown,
    }),
  );
});

test('small spendings add up', () => {
  const budget = new Budget('x', limits);
  for (let count = 0; count < 3; count++) budget.entries();
  expect(() => budget.entries()).toThrow(expect.objectContaining({ code: 'IMAGE_CORRUPT' }));
});

test('content allows more entries where it was said so', () => {
  const budget = new Budget('x', { ...limits, bytesPerEntry: 50 });
  budget.bytes(100);
  budget.entries(5);
  expect(() => budget.entries()).toThrow('more than 5 pieces');
});
