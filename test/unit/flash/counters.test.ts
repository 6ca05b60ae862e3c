import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  counterOutcome,
  parseCounter,
  soundHeaders,
  summarise,
} from '../../../src/flash/counters.js';

const header = (counter: number, sequence = 0, vidHeaderOffset = 2048): Buffer => {
  const bytes = Buffer.alloc(64);
  bytes.write('UBI#', 'latin1');
  bytes[4] = 1;
  bytes.writeBigUInt64BE(BigInt(counter), 8);
  bytes.writeUInt32BE(vidHeaderOffset, 16);
  bytes.writeUInt32BE(4096, 20);
  bytes.writeUInt32BE(sequence, 24);
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

  it('takes a counter that UBI calls too large for none', () => {
    expect(parseCounter(header(0x7fff_ffff).toString('hex'))).toBe(0x7fff_ffff);
    expect(parseCounter(header(0x8000_0000).toString('hex'))).toBeNull();
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

  it('gives numbers where no header is valid: JSON has none for others', () => {
    const none = { eraseblocks: 2, valid: 0, lowest: 0, mean: 0, highest: 0 };
    expect(summarise([null, null])).toEqual(none);
    expect(JSON.parse(JSON.stringify(summarise([null, null])))).toEqual(none);
  });
});

describe('counterOutcome', () => {
  const counters = (valid: number) => Array.from({ length: 100 }, (_, i) => (i < valid ? 7 : null));

  it.each([
    [95, 'kept'],
    [94, 'averaged'],
    [50, 'averaged'],
    [49, 'zeroed'],
  ] as const)('with %i %% of them readable they are %s', (valid, fate) => {
    expect(counterOutcome(counters(valid), 0)).toBe(fate);
  });

  it('does not count bad eraseblocks', () => {
    expect(counterOutcome(counters(94), 4)).toBe('kept');
  });
});

describe('soundHeaders', () => {
  const layout = { vidHeaderOffset: 2048, dataOffset: 4096 };
  const none = Buffer.alloc(64, 0xff);
  it.each([
    ['of one layout', [header(1, 7), header(9, 7)], 0, true],
    ['of one layout and without a number', [header(1, 7), header(9, 0)], 0, true],
    [
      'of two layouts, as an ubiformat that was cut off leaves them',
      [header(1, 7), header(9, 8)],
      0,
      false,
    ],
    ['of which one is erased', [header(1, 7), none], 0, false],
    ['of which one is bad', [header(1, 7), none], 1, true],
    ['with more bad ones than there are invalid ones', [header(1, 7), header(1, 7)], 1, false],
    ['for other offsets', [header(1, 7), header(1, 7, 512)], 0, false],
    ['of which none is valid', [none, none], 2, false],
  ] as const)('%s', (_, headers, bad, sound) => {
    expect(
      soundHeaders(
        headers.map((bytes) => bytes.toString('hex')),
        layout,
        bad,
      ),
    ).toBe(sound);
  });
});
