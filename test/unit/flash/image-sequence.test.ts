import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { imageSequences } from '../../../src/flash/image-sequence.js';

/** An erase counter header of an image of this number, as hex. */
const header = (sequence: number): string => {
  const bytes = Buffer.alloc(64);
  bytes.write('UBI#\x01', 'latin1');
  bytes.writeUInt32BE(sequence, 24);
  bytes.writeUInt32BE(~crc32(bytes.subarray(0, 60)) >>> 0, 60);
  return bytes.toString('hex');
};

it('the numbers of the image are told once each, and what has none counts for nothing', () => {
  const damaged = `${header(9).slice(0, -2)}00`;
  const erased = 'ff'.repeat(64);
  const headers = [header(0x1ab00001), header(0), damaged, erased, header(7), header(7)];
  expect(imageSequences(headers)).toEqual([0x1ab00001, 7]);
  expect(imageSequences([])).toEqual([]);
});
