import { expect, test } from 'vitest';
import { LevitateError } from '../../../../src/errors.js';
import { whereItRuns, whereItStays } from '../../../../src/operations/slots/where-it-runs.js';

const refused = new LevitateError('SLOT_REFUSED', 'slot b has no /boot/vmlinuz', {
  hint: 'Write an image that has the file.',
});

test('a slot that is refused after it was written left the device in its system, not untouched', () => {
  expect(whereItRuns(refused, 'a', 'b', {})).toMatchObject({
    ...{ code: 'SLOT_REFUSED', exit: 4 },
    hint: 'Write an image that has the file. The device runs slot a as before, and starts it.',
  });
});

test('so it did in maintenance, which is said', () => {
  expect(whereItStays(refused, 'board', 'a')).toMatchObject({
    ...{ code: 'SLOT_REFUSED', exit: 5 },
    hint: expect.stringContaining('levitate leave board leads back to slot a') as string,
  });
  const lost = new LevitateError('CONNECTION_LOST', 'the link broke');
  expect(whereItStays(lost, 'board', 'a')).toBe(lost);
});

test('a write that failed says that the same command again goes on', () => {
  const failed = new LevitateError('WRITE_FAILED', 'the medium does not take it');
  expect(whereItRuns(failed, 'a', 'b', {})).toMatchObject({
    ...{ code: 'WRITE_FAILED', exit: 4 },
    hint: expect.stringContaining('the same command again') as string,
  });
});

test('an interruption is one, whatever it made fail', () => {
  const signal = AbortSignal.abort();
  expect(whereItRuns(refused, 'a', 'b', { signal })).toMatchObject({
    ...{ code: 'INTERRUPTED', exit: 4 },
  });
});
