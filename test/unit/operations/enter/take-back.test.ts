import { describe, expect, test } from 'vitest';
import { LevitateError } from '../../../../src/errors.js';
import { endedEarly, takeBack } from '../../../../src/operations/enter/take-back.js';
import type { Progress } from '../../../../src/progress.js';
import { answering } from '../../device/answering.js';
import { factsOf } from '../../device/told.js';

const facts = factsOf('levitate-facts=1\ninit=systemd\ninit-root=/run/initramfs\nend=yes');
const cut = new LevitateError('CONNECTION_LOST', 'it broke');
const refused = new LevitateError('ENTER_FAILED', 'triggering failed');

test.each([
  [false, /gone after a reboot\.$/],
  [true, /next reboot may lead into maintenance.*levitate uninstall router takes it back\.$/],
])('what cannot be taken back is told; armed: %s', async (armed, told) => {
  const events: Progress[] = [];
  const run = { onProgress: (event: Progress) => void events.push(event) };
  const back = takeBack(answering(1), facts, { host: 'router', armed }, run);
  await expect(back).resolves.toBe(false);
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
      { isBack: true, armed: true },
      'INTERRUPTED',
      4,
      /nothing is armed/,
    ],
    [
      'interrupted early',
      cut,
      aborted,
      { isBack: false, armed: false },
      'INTERRUPTED',
      4,
      /not be taken back/,
    ],
    [
      'interrupted late',
      cut,
      aborted,
      { isBack: false, armed: true },
      'INTERRUPTED',
      6,
      /not be taken back/,
    ],
    ['cut', cut, {}, { isBack: true, armed: true }, 'CONNECTION_LOST', 4, /it broke/],
    ['cut late', cut, {}, { isBack: false, armed: true }, 'CONNECTION_LOST', 6, /it broke/],
    ['refused', refused, {}, { isBack: true, armed: true }, 'ENTER_FAILED', 4, /triggering failed/],
  ])('%s', (_, error, run, left, code, exit, message) => {
    const ended = endedEarly(error, run, left) as LevitateError;
    expect(ended).toMatchObject({ code, exit });
    expect(ended.message).toMatch(message);
  });
});
