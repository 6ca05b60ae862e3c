import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { UbiImage } from '../../../../src/image/image.js';
import { UbiReader } from '../../../../src/image/ubi/ubi.js';
import { temporaryFolder } from '../fixtures.js';
import { ubinized } from '../ubi-fixtures.js';

const folder = temporaryFolder();
const peb = 128 * 1024;
const image = ubinized(folder);

function parse(bytes: Buffer, piece = bytes.length): UbiImage {
  const reader = new UbiReader('test.ubi');
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
  return reader.finish();
}

function changed(at: number): Buffer {
  const bytes = Buffer.from(image);
  bytes[at] = bytes.readUInt8(at) ^ 1;
  return bytes;
}

const failing = (code: string, message = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string });

test('sizes, offsets, volumes and body of what ubinize made', () => {
  const bodies: string[] = [];
  for (let group = 0; group < image.length; group += 1 << 20) {
    const body = createHash('sha256');
    const end = Math.min(image.length, group + (1 << 20));
    for (let at = group; at < end; at += peb) body.update(image.subarray(at + 64, at + peb));
    bodies.push(body.digest('hex'));
  }
  expect(bodies.length).toBeGreaterThan(1);
  expect(parse(image)).toEqual({
    pebSize: peb,
    vidHeaderOffset: 2048,
    dataOffset: 4096,
    pebCount: image.length / peb,
    volumes: ['kernel', 'rootfs'],
    table: [
      { name: 'kernel', isStatic: true, lebs: 5, lebSize: peb - 4096, autoresize: false },
      { name: 'rootfs', isStatic: false, lebs: 9, lebSize: peb - 4096, autoresize: true },
    ],
    bodies,
  });
});

test.each([1000, 63, 131_072, 131_073, 1 << 20])('pieces of %d bytes give the same', (piece) => {
  expect(parse(image, piece)).toEqual(parse(image));
});

test('NOR: small eraseblocks, headers in a row', () => {
  expect(parse(ubinized(folder, '64KiB', '1'))).toMatchObject({
    pebSize: 65_536,
    vidHeaderOffset: 64,
    dataOffset: 128,
  });
});

test('the body does not depend on erase counters', () => {
  const other = Buffer.from(image);
  const header = other.subarray(3 * peb, 3 * peb + 64);
  image.copy(header, 0, 0, 64);
  expect(parse(other).bodies).toEqual(parse(image).bodies);
});

test('a damaged header names the eraseblock', () => {
  expect(() => parse(changed(3 * peb + 9))).toThrow(
    failing('IMAGE_CORRUPT', 'eraseblock 3 ') as Error,
  );
  expect(() => parse(changed(4 * peb + 2048 + 9))).toThrow(
    failing('IMAGE_CORRUPT', 'eraseblock 4 ') as Error,
  );
  expect(() => parse(changed(20))).toThrow(failing('IMAGE_CORRUPT', 'eraseblock 0 ') as Error);
});

test('a damaged volume table and a damaged static volume are noticed', () => {
  expect(() => parse(changed(4096 + 16))).toThrow(
    failing('IMAGE_CORRUPT', 'eraseblock 0 ') as Error,
  );
  expect(() => parse(changed(2 * peb + 4096 + 100))).toThrow(
    failing('IMAGE_CORRUPT', 'data checksum') as Error,
  );
});

test('an image that ends inside an eraseblock is cut, one with something behind it is damaged', () => {
  for (const length of [10, 64, peb, peb + 10, image.length - 1, image.length - peb + 64])
    expect(() => parse(image.subarray(0, length)), `${length}`).toThrow(
      failing('IMAGE_TRUNCATED') as Error,
    );
  expect(() => parse(Buffer.concat([image, Buffer.from('tail')]))).toThrow(
    failing('IMAGE_CORRUPT') as Error,
  );
  expect(() => parse(Buffer.concat([image, Buffer.alloc(peb, 0xff)]))).toThrow(
    failing('IMAGE_CORRUPT') as Error,
  );
});

/** A dump of NAND: behind each page its out-of-band bytes. */
function withOutOfBand(bytes: Buffer, page: number, spare: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += page)
    pieces.push(bytes.subarray(at, at + page), Buffer.alloc(spare, 0xff));
  return Buffer.concat(pieces);
}

test.each([
  [2048, 64],
  [2048, 128],
  [4096, 224],
  [512, 16],
])('a dump with pages of %i bytes and %i out of band is named', (page, spare) => {
  for (const piece of [1 << 20, 4096])
    expect(() => parse(withOutOfBand(image, page, spare), piece)).toThrow(
      failing('IMAGE_FORMAT', 'out-of-band') as Error,
    );
});

test('a dump of flash with erased eraseblocks is named', () => {
  const dump = Buffer.concat([image, Buffer.alloc(3 * peb, 0xff)]);
  expect(() => parse(dump)).toThrow(failing('IMAGE_CORRUPT', 'dump of flash') as Error);
  const holed = Buffer.from(image).fill(0xff, 3 * peb, 4 * peb);
  expect(() => parse(holed)).toThrow(failing('IMAGE_CORRUPT', 'eraseblock 3 is erased') as Error);
});

test('an image without volume table is damaged', () => {
  expect(() => parse(image.subarray(2 * peb))).toThrow(
    failing('IMAGE_CORRUPT', 'volume table') as Error,
  );
});
