import { describe, expect, test } from 'vitest';
import { LevitateError } from '../../../../src/errors.js';
import { endedEarly, takeBack } from '../../../../src/operations/enter/take-back.js';
import type { Progress } from '../../../../src/progress.js';
import { answering } from '../../device/answering.js';

const stage = { init: 'systemd', root: '/run/initramfs', entry: 'e1' };
const cut = new LevitateError('CONNECTION_LOST', 'it broke');
const refused = new LevitateError('ENTER_FAILED', 'triggering failed');

test.each([
  [false, /gone after a reboot\.$/],
  [true, /next reboot may lead into maintenance.*levitate uninstall router takes it back\.$/],
])('what cannot be taken back is told; armed: %s', async (armed, told) => {
  const events: Progress[] = [];
  const run = { onProgress: (event: Progress) => void events.push(event) };
  const back = takeBack(answering(1), stage, { host: 'router', armed }, run);
  await expect(back).resolves.toBe('stays');
  expect(events).toMatchObject([
    { type: 'note', level: 'warning', message: expect.stringMatching(told) as string },
  ]);
});

describe('the end of an entry tells where the device is', () => {
  const aborted = { signal: AbortSignal.abort() };
  test.each([
    [
      'interrupted',
      cut,
      aborted,
      { left: 'nothing', armed: true },
      'INTERRUPTED',
      4,
      /nothing is armed/,
    ],
    [
      'interrupted early',
      cut,
      aborted,
      { left: 'stays', armed: false },
      'INTERRUPTED',
      4,
      /not be taken back/,
    ],
    [
      'interrupted late',
      cut,
      aborted,
      { left: 'stays', armed: true },
      'INTERRUPTED',
      6,
      /not be taken back/,
    ],
    ['cut', cut, {}, { left: 'nothing', armed: true }, 'CONNECTION_LOST', 4, /it broke/],
    ['cut late', cut, {}, { left: 'stays', armed: true }, 'CONNECTION_LOST', 6, /it broke/],
    [
      'refused',
      refused,
      {},
      { left: 'nothing', armed: true },
      'ENTER_FAILED',
      4,
      /triggering failed/,
    ],
    [
      'of two',
      refused,
      {},
      { left: 'of-another', armed: false },
      'ENTRY_REPLACED',
      6,
      /another levitate/,
    ],
  ] as const)('%s', (_, error, run, left, code, exit, message) => {
    const ended = endedEarly(error, run, left) as LevitateError;
    expect(ended).toMatchObject({ code, exit });
    expect(ended.message).toMatch(message);
  });
});
