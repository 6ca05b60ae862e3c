import { expect, it } from 'vitest';
import { Stopwatch } from '../../../src/flash/stopwatch.js';

function started() {
  let now = 1000;
  return {
    watch: new Stopwatch(() => now),
    wait: (seconds: number) => {
      now += 1000 * seconds;
    },
  };
}

it('counts from when a chunk goes', () => {
  const { watch, wait } = started();
  watch.begin(3);
  wait(2);
  expect(watch.end(3)).toBe(2);
  expect(watch.end(3)).toBeUndefined();
  expect(watch.end(4)).toBeUndefined();
});

it('counts from the end of the one before where several are under way', () => {
  const { watch, wait } = started();
  watch.begin(0);
  watch.begin(1);
  wait(2);
  expect(watch.end(0)).toBe(2);
  wait(3);
  expect(watch.end(1)).toBe(3);
});

it('makes nothing of what a cut has ended', () => {
  const { watch, wait } = started();
  watch.begin(0);
  wait(300);
  watch.forget();
  expect(watch.end(0)).toBeUndefined();
});
