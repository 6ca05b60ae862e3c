import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { counterFate, lostCounters, parseCounter, summarise } from '../../../src/flash/counters.js';

const header = (counter: number): Buffer => {
  const bytes = Buffer.alloc(64);
  bytes.write('UBI#', 'latin1');
  bytes[4] = 1;
  bytes.writeBigUInt64BE(BigInt(counter), 8);
  bytes.writeUInt32BE(~crc32(bytes.subarray(0, 60)) >>> 0, 60);
  return bytes;
};

describe('parseCounter', () => {
  it('reads the counter of a valid header', () => {
    expect(parseCounter(header(4711).toString('hex'))).toBe(4711);
  });

  it('takes a header with a flipped bit for none', () => {
    const bytes = header(4711);
    bytes[15]! ^= 1;
    expect(parseCounter(bytes.toString('hex'))).toBeNull();
  });

  it('takes an erased eraseblock for none', () => {
    expect(parseCounter('ff'.repeat(64))).toBeNull();
  });
});

describe('summarise', () => {
  it('gives lowest, mean and highest of those that there are', () => {
    expect(summarise([3, null, 8, 4])).toEqual({
      eraseblocks: 4,
      valid: 3,
      lowest: 3,
      mean: 5,
      highest: 8,
    });
  });
});

describe('lostCounters', () => {
  it('names eraseblocks whose counter is gone or went back, and no others', () => {
    expect(lostCounters([5, 5, 5, null], [6, null, 4, 1])).toEqual([
      { index: 1, before: 5, after: null },
      { index: 2, before: 5, after: 4 },
    ]);
  });
});

describe('counterFate', () => {
  const counters = (valid: number) => Array.from({ length: 100 }, (_, i) => (i < valid ? 7 : null));

  it.each([
    [95, 'kept'],
    [94, 'averaged'],
    [50, 'averaged'],
    [49, 'zeroed'],
  ] as const)('with %i %% of them readable they are %s', (valid, fate) => {
    expect(counterFate(counters(valid), 0)).toBe(fate);
  });

  it('does not count bad eraseblocks', () => {
    expect(counterFate(counters(94), 4)).toBe('kept');
  });
});
