import { expect, test } from 'vitest';
import { indexImage } from '../../../src/image/index.js';
import { declaredLength, largestSector, sniffLength } from '../../../src/image/format/sniff.js';
import { put, sample, temporaryFolder } from './fixtures.js';

const folder = temporaryFolder();

type Fields = Record<number, number | string>;

/** Text and 32-bit numbers at offsets, in an image of this many bytes. */
function image(fields: Fields, length: number, big = false): Buffer {
  const bytes = sample(Math.max(length, sniffLength));
  bytes.fill(0, 0, 4096);
  for (const [at, value] of Object.entries(fields)) {
    if (typeof value === 'string') bytes.write(value, Number(at), 'latin1');
    else if (big) bytes.writeUInt32BE(value, Number(at));
    else bytes.writeUInt32LE(value, Number(at));
  }
  return bytes.subarray(0, length);
}

const page = 2048;
const android = { 0: 'ANDROID!' };
const vendor = { 0: 'VNDRBOOT' };
const compressedRom = 'Compressed ROMFS';

test.each<[string, number, Fields, big?: boolean]>([
  ['Android boot 0', 99 * page + 7, { ...android, 8: 97 * page, 16: page + 7, 36: page }],
  ['Android boot 0, kernel alone', 90 * page, { ...android, 8: 89 * page, 36: page }],
  [
    'Android boot 0 with a second stage, and parts that end inside a page',
    (1 + 80 + 1 + 1) * page,
    { ...android, 8: 79 * page + 1, 16: 5, 24: page, 36: page },
  ],
  [
    "Qualcomm's, with a device tree",
    (1 + 70 + 30) * page + 9,
    { ...android, 8: 70 * page, 16: 30 * page, 36: page, 40: 9 },
  ],
  [
    'Android boot 1 with a recovery DTBO',
    4096 * 61,
    { ...android, 8: 4096 * 30, 16: 4096 * 20, 36: 4096, 40: 1, 1632: 4096 * 10 },
  ],
  [
    'Android boot 2 with a device tree',
    page * 101 + 3,
    { ...android, 8: page * 50, 16: page * 50, 36: page, 40: 2, 1648: 3 },
  ],
  [
    'Android boot 2 in pages of 16 KiB',
    16384 * 12,
    { ...android, 8: 16384 * 5, 16: 16384 * 4 + 1, 36: 16384, 40: 2, 1648: 16384 },
  ],
  ['Android boot 3', 4096 * 41, { ...android, 8: 4096 * 19 + 5, 12: 4096 * 20, 40: 3 }],
  [
    'Android boot 4 with a signature',
    4096 * 42,
    { ...android, 8: 4096 * 20, 12: 4096 * 20, 40: 4, 1580: 4096 },
  ],
  [
    'vendor_boot 3, whose header has two pages',
    page * 92,
    { ...vendor, 8: 3, 12: page, 24: page * 80, 2100: page * 10 },
  ],
  [
    'vendor_boot 4 with a table and a boot configuration',
    4096 * 53 + 100,
    { ...vendor, 8: 4, 12: 4096, 24: 4096 * 50, 2100: 4096, 2112: 108, 2124: 100 },
  ],
  ['a zImage', 200_000, { 36: 0x016f2818, 40: 0, 44: 200_000 }],
  [
    'a zImage with addresses',
    200_000,
    { 36: 0x016f2818, 40: 0x80008000, 44: 0x80008000 + 200_000 },
  ],
  ['a zImage, big endian', 200_000, { 36: 0x016f2818, 40: 0, 44: 200_000 }, true],
  ['a cramfs', 204_800, { 0: 0x28cd3d45, 4: 204_800, 8: 3, 16: compressedRom }],
  ['a cramfs, big endian', 204_800, { 0: 0x28cd3d45, 4: 204_800, 8: 1, 16: compressedRom }, true],
  [
    'a cramfs behind a boot loader',
    204_800,
    { 512: 0x28cd3d45, 516: 204_800, 520: 3, 528: compressedRom },
  ],
  ['an exFAT', 2048 * 512, { 3: 'EXFAT   ', 72: 2048, 108: 9 }],
  ['an exFAT of 4096-byte sectors', 256 * 4096, { 3: 'EXFAT   ', 72: 256, 108: 12 }],
])('%s that was cut is noticed by its own header', async (_, length, fields, big) => {
  const whole = image(fields, length, big);
  expect(declaredLength(whole)).toBe(length);
  await expect(indexImage(put(folder, 'whole', whole))).resolves.toMatchObject({ length });
  for (const end of [length - 1, length - 60_000])
    await expect(indexImage(put(folder, 'cut', whole.subarray(0, end)))).rejects.toMatchObject({
      code: 'IMAGE_TRUNCATED',
      message: expect.stringContaining(`says ${length} bytes and there are ${end}`) as string,
    });
  const padded = Buffer.concat([whole, Buffer.alloc(5000, 0xff)]);
  await expect(indexImage(put(folder, 'padded', padded))).resolves.toBeDefined();
});

test.each<[string, Fields]>([
  ['an Android boot image of no page size', { ...android, 8: 1 << 30 }],
  ['an Android boot image of odd pages', { ...android, 8: 1 << 30, 36: 3000 }],
  ['a zImage that ends before it begins', { 36: 0x016f2818, 40: 500, 44: 100 }],
  ['a cramfs of the first version', { 0: 0x28cd3d45, 4: 0x10000, 8: 0, 16: compressedRom }],
  ['a cramfs of no byte order', { 0: 0x12345678, 4: 204_800, 8: 1, 16: compressedRom }],
  ['an exFAT of no sector size', { 3: 'EXFAT   ', 72: 2048 }],
])('%s says nothing of its length', (_, fields) => {
  expect(declaredLength(image(fields, sniffLength))).toBe(0);
});

test('heads of any length do not make it fail', () => {
  for (const fields of [android, vendor, { 36: 0x016f2818 }, { 16: compressedRom }]) {
    const whole = image(fields, sniffLength);
    for (let length = 0; length < 2200; length += 3)
      expect(() => declaredLength(whole.subarray(0, length))).not.toThrow();
  }
});

test('an exFAT works on media whose sectors are not larger than its own', () => {
  expect(largestSector(image({ 3: 'EXFAT   ', 108: 12 }, sniffLength))).toBe(4096);
  expect(largestSector(image({ 3: 'EXFAT   ' }, sniffLength))).toBeUndefined();
});
