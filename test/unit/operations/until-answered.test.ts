import { expect, test } from 'vitest';
import { LevitateError } from '../../../src/errors.js';
import { untilAnswered } from '../../../src/operations/until-answered.js';

const nobody = new LevitateError('HOST_UNREACHABLE', 'connection refused');

/** Work that fails so often, and counts how often it was begun. */
function failing(times: number, error: unknown = nobody) {
  const work = Object.assign(
    () => {
      work.begun += 1;
      return work.begun > times ? Promise.resolve('there') : Promise.reject(error as Error);
    },
    { begun: 0 },
  );
  return work;
}

test('a device that is silent for a while is waited for, and that is told once', async () => {
  const told: unknown[] = [];
  const run = { onProgress: (event: unknown) => void told.push(event) };
  expect(await untilAnswered(run, 600, failing(2))).toBe('there');
  expect(told).toMatchObject([{ type: 'note', message: /connection refused.*trying again/ }]);
});

test('the bound ends the attempts', async () => {
  const work = failing(Infinity);
  await expect(untilAnswered({}, 1.5, work)).rejects.toBe(nobody);
  expect(work.begun).toBe(2);
});

test('a system that answers, and lets nobody in, is asked once', async () => {
  const refused = new LevitateError('AUTH_FAILED', 'not your key');
  const work = failing(1, refused);
  await expect(untilAnswered({}, 600, work)).rejects.toBe(refused);
  expect(work.begun).toBe(1);
});

test('a signal ends the attempts', async () => {
  const stop = new AbortController();
  const reason = new Error('stopped');
  const run = { signal: stop.signal, onProgress: () => stop.abort(reason) };
  const work = failing(Infinity);
  await expect(untilAnswered(run, 600, work)).rejects.toMatchObject({ name: 'AbortError' });
  expect(work.begun).toBe(1);
});
