import { describe, expect, test } from 'vitest';
import { parseRebootReason, shownReason } from '../../../src/device/reboot-reason.js';

describe('reboot reason', () => {
  test('are read with their entry and their age', () => {
    expect(parseRebootReason('75 0123abcd rebooting: no contact for 15s').rebootReason).toEqual({
      entry: '0123abcd',
      secondsAgo: 75,
      text: 'rebooting: no contact for 15s',
    });
  });

  test.each(['', '75', '75 0123abcd', 'nothing'])('%j is none', (line) =>
    expect(parseRebootReason(line)).toEqual({}),
  );

  const words = (secondsAgo?: number) => ({
    entry: 'this',
    secondsAgo,
    text: 'pivot_root failed, going back to the old system',
  });

  test('are shown for the entry that they belong to', () =>
    expect(shownReason(words(3), 'this')).toBe('pivot_root failed, going back to the old system'));

  test('are not shown for another entry: a power cut leaves none of its own', () =>
    expect(shownReason(words(3), 'that')).toBeUndefined());

  test.each([
    [0, '0 seconds ago'],
    [1, '1 second ago'],
    [59, '59 seconds ago'],
    [60, '1 minute ago'],
    [7_199, '1 hour ago'],
    [86_400 * 3 + 5, '3 days ago'],
    [undefined, 'some time ago'],
  ])('without an entry to compare with they come with their age: %s is %s', (seconds, said) =>
    expect(shownReason(words(seconds), undefined)).toMatch(new RegExp(`system \\(${said}\\)$`)),
  );
});
