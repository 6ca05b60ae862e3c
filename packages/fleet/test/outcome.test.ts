/** What becomes of a device whose deploy has failed. */
import { expect, it } from 'vitest';
import { failureOf, offlineDelay, verdict } from '../src/station/outcome.js';

const before = { touched: false, tries: 0, isOwnLease: false };

it.each([
  ['HOST_UNREACHABLE', 6, {}, { is: 'offline' }],
  ['PREFLIGHT_REFUSED', 3, {}, { is: 'refused' }],
  ['IMAGE_CORRUPT', 2, {}, { is: 'wrong-files' }],
  ['INTERRUPTED', 4, {}, { is: 'back' }],
  ['STAGE_FAILED', 4, {}, { is: 'again', seconds: 60 }],
  ['STAGE_FAILED', 4, { tries: 1 }, { is: 'failed', quarantined: false }],
  ['LEASE_HELD', 5, { isOwnLease: true }, { is: 'again', seconds: 5 }],
  ['LEASE_HELD', 5, {}, { is: 'failed', quarantined: true }],
  ['IDENTITY', 6, {}, { is: 'failed', quarantined: true }],
  ['CONNECTION_LOST', 5, { touched: true }, { is: 'failed', quarantined: true }],
  ['HOST_UNREACHABLE', 6, { touched: true }, { is: 'failed', quarantined: true }],
  ['SLOT_FELL_BACK', 4, { touched: true }, { is: 'failed', quarantined: false }],
  ['RECONNECT_TIMEOUT', 6, { touched: true }, { is: 'failed', quarantined: true }],
])('%s with status %i, %o: %o', (code, exit, about, expected) => {
  expect(verdict({ code, exit, message: '' }, { ...before, ...about })).toEqual(expected);
});

it('takes whatever is thrown for a failure', () => {
  expect(failureOf(new TypeError('x'))).toEqual({ code: 'INTERNAL', exit: 1, message: 'x' });
  expect(failureOf(undefined)).toEqual({ code: 'INTERNAL', exit: 1, message: 'undefined' });
});

it('tries a silent device after ten minutes, then twice as long, up to half a day', () => {
  expect([0, 1, 2, 20].map((tries) => offlineDelay(tries, 0.5))).toEqual([600, 1200, 2400, 43_200]);
  expect([0, 1].map((random) => offlineDelay(0, random))).toEqual([450, 750]);
});
