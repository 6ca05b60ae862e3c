import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { timeBound } from '../../../src/shared/time-bound.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('a bound that is part of another signal is kept when garbage is collected', async () => {
  using bound = timeBound(0.2);
  const question = AbortSignal.any([new AbortController().signal, bound.signal]);
  const aborted = new Promise((resolve) =>
    question.addEventListener('abort', () => resolve(question.reason)),
  );
  // What is created in this turn is held until its end.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(await aborted).toMatchObject({ name: 'TimeoutError' });
});

test('it ends with another signal, and has its reason', () => {
  const other = new AbortController();
  using bound = timeBound(60, undefined, other.signal);
  other.abort('enough');
  expect(bound.signal.reason).toBe('enough');
});

test('it never ends where there is neither a time nor another signal', () => {
  using bound = timeBound(undefined);
  expect(bound.signal.aborted).toBe(false);
});

test('what is over takes its timer back', async () => {
  const { signal } = (() => {
    using bound = timeBound(0.001);
    return bound;
  })();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(signal.aborted).toBe(false);
});
