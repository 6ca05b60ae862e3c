import { expect, test } from 'vitest';
import {
  NoRoom,
  readCopy,
  valueOf,
  withValues,
  writtenCopy,
  type EnvironmentCopy,
} from '../../../../src/boot-loader/u-boot/environment.js';

const copy = (entries: string[], more: Partial<EnvironmentCopy> = {}): EnvironmentCopy => ({
  ...{ entries, bigEndian: false, bytes: 64, filler: 0 },
  ...more,
});

test.each([
  copy(['a=1', 'b=x y']),
  copy([]),
  copy(['a=1'], { flag: 255, filler: 255 }),
  copy(['a=\xff\x01'], { bigEndian: true }),
  copy(['no variable', 'a=b=c']),
])('a copy is read as it was written', (one) => {
  expect(readCopy(writtenCopy(one), one.flag !== undefined)).toEqual(one);
  expect(readCopy(writtenCopy(one), one.flag === undefined)).toBeUndefined();
});

test('a copy of which any byte differs is not whole', () => {
  const whole = writtenCopy(copy(['a=1'], { flag: 1 }));
  for (let at = 0; at < whole.length; at += 1) {
    const torn = Buffer.from(whole);
    torn[at]! ^= 1;
    // Nothing protects the flag.
    if (at !== 4) expect(readCopy(torn, true)).toBeUndefined();
  }
  for (let length = 0; length < whole.length; length += 1)
    expect(readCopy(whole.subarray(0, length), true)).toBeUndefined();
});

test('variables that fill it to the last byte fit, and one more does not', () => {
  const fits = copy([`a=${'x'.repeat(64 - 4 - 4)}`]);
  expect(readCopy(writtenCopy(fits), false)?.entries).toEqual(fits.entries);
  expect(() => writtenCopy(copy([`a=${'x'.repeat(64 - 4 - 3)}`]))).toThrow(NoRoom);
});

test('values are changed where they stand', () => {
  const before = { entries: ['a=1', 'stranger', 'b=2', 'ab=3', 'b=4'] };
  expect(withValues(before, { b: '5', c: '6', a: undefined, d: undefined })).toEqual([
    ...['stranger', 'b=5', 'ab=3'],
    'c=6',
  ]);
  expect(valueOf(before, 'b')).toBe('4');
  expect(valueOf(before, 'c')).toBeUndefined();
  expect(valueOf({ entries: ['a='] }, 'a')).toBeUndefined();
});
