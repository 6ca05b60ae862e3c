import { expect, test } from 'vitest';
import { Xxh64 } from '../../../src/image/xxh64.js';
import { compressors, sample } from './fixtures.js';

/** zstd writes the low half of XXH64 at the end of a frame: it is the oracle. */
test('agrees with zstd for every length around its stripes, and however it is fed', () => {
  const bytes = sample(5000);
  for (const length of [1, 3, 4, 5, 7, 8, 9, 12, 31, 32, 33, 39, 44, 63, 64, 65, 127, 1000, 4999]) {
    const part = bytes.subarray(3, 3 + length);
    const expected = compressors.zstd(part).readUInt32LE(compressors.zstd(part).length - 4);
    const whole = new Xxh64();
    whole.update(part);
    expect(whole.digest(), `${length} bytes`).toBe(expected);
    const pieces = new Xxh64();
    for (let at = 0; at < part.length; at += 13) pieces.update(part.subarray(at, at + 13));
    expect(pieces.digest(), `${length} bytes in pieces`).toBe(expected);
  }
});
