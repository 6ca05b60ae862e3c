import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { chunkSize } from '../../../../src/image/image.js';
import { indexImage } from '../../../../src/image/index.js';
import { compressors, put, sample, temporaryFolder, tool } from '../fixtures.js';

const folder = temporaryFolder();
/** Longer than a chunk, so that the sum goes on in the next one. */
const kernel = sample(chunkSize + 70_001);

/** A uImage from mkimage. */
function uImage(type = 'kernel'): Buffer {
  const [from, to] = [put(folder, 'kernel', kernel), join(folder, 'uImage')];
  const data = type === 'multi' ? `${from}:${from}` : from;
  tool('mkimage', ['-A', 'arm', '-O', 'linux', '-T', type, '-C', 'none', '-d', data, to]);
  return readFileSync(to);
}

/** A TRX as OpenWrt's trx.c makes it. */
function trx(): Buffer {
  const image = Buffer.concat([Buffer.alloc(28), kernel]);
  image.write('HDR0', 'latin1');
  image.writeUInt32LE(image.length, 4);
  image.writeUInt16LE(1, 14);
  image.writeUInt32LE(28, 16);
  image.writeUInt32LE(~crc32(image.subarray(12)) >>> 0, 8);
  return image;
}

/** The image with one bit turned over. */
function flipped(image: Buffer, at: number): Buffer {
  const other = Buffer.from(image);
  other.writeUInt8(other.readUInt8(at) ^ 4, at);
  return other;
}

async function indexed(image: Buffer) {
  const warnings: string[] = [];
  const index = await indexImage(put(folder, 'image', image), {
    onProgress: (event) => {
      if (event.type === 'note' && event.level === 'warning') warnings.push(event.message);
    },
  });
  return { index, warnings };
}

test.each(['kernel', 'multi', 'filesystem', 'firmware', 'script'])(
  'the CRCs of a uImage of type %s tell that it is sound',
  async (type) => {
    const { index, warnings } = await indexed(uImage(type));
    expect(index.protectedBy).toEqual(['the CRC-32 of its uImage header']);
    expect(warnings).toEqual([]);
  },
);

test.each<[string, (image: Buffer) => Buffer, string]>([
  ['the first byte of the data', (image) => flipped(image, 64), 'its content has'],
  ['the last byte of the data', (image) => flipped(image, image.length - 1), 'its content has'],
  ['the CRC of the data, and the header', (image) => flipped(image, 25), 'its uImage header says'],
  ['the load address', (image) => flipped(image, 18), 'its uImage header says'],
  ['the name', (image) => flipped(image, 40), 'its uImage header says'],
  ['the CRC of the header', (image) => flipped(image, 5), 'its uImage header says'],
  [
    'the header, with a root behind the data',
    (image) => Buffer.concat([flipped(image, 40), sample(9000)]),
    'its uImage header says',
  ],
])('a uImage with another bit in %s is damaged', async (_, change, words) => {
  const image = change(uImage());
  for (const bytes of [image, compressors.gzip(image)])
    await expect(indexed(bytes)).rejects.toMatchObject({
      code: 'IMAGE_CORRUPT',
      message: expect.stringContaining(words) as string,
      hint: expect.stringContaining('TARGET=raw:FILE') as string,
    });
  const path = put(folder, 'raw', image);
  expect(await indexImage({ path, raw: true })).toMatchObject({ protectedBy: [] });
});

const root = sample(5000);
test.each<[string, Buffer, string | undefined]>([
  ['a uImage and a root', Buffer.concat([uImage(), root]), undefined],
  ['a damaged uImage and a root', Buffer.concat([flipped(uImage(), 90), root]), 'uImage header'],
  ['a TRX', trx(), undefined],
  ['a padded TRX', Buffer.concat([trx(), Buffer.alloc(5000, 0xff)]), undefined],
  ['a TRX whose first byte under the CRC differs', flipped(trx(), 12), 'TRX header'],
  ['a TRX whose last byte differs', flipped(trx(), kernel.length + 27), 'TRX header'],
])('%s: the CRC is no proof of all, and a wrong one is said', async (_, image, words) => {
  const { index, warnings } = await indexed(image);
  expect(index.protectedBy).toEqual([]);
  const [told, ...more] = warnings.filter((message) => message.includes('CRC-32'));
  expect(more).toEqual([]);
  if (words === undefined) expect(told).toBeUndefined();
  else expect(told).toContain(words);
});
