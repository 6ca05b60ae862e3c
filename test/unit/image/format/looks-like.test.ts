import { truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import { targetKinds } from '../../../../src/flash/target.js';
import { chunkSize } from '../../../../src/image/image.js';
import { indexImage } from '../../../../src/image/index.js';
import { compressors, put, sample, temporaryFolder, tool } from '../fixtures.js';

const folder = temporaryFolder();
const partition = { kind: 'block', name: 'data', node: '/dev/sda2', size: 1e9, partition: true };

/** What is said of an image that a partition shall get. */
async function said(bytes: Uint8Array): Promise<string | undefined> {
  const index = await indexImage(put(folder, 'image', bytes));
  expect(index.format).toBe('unknown');
  const messages = ['block', 'ubi'].map(
    (name) => targetKinds.find((kind) => kind.name === name)?.check(index, partition, {})?.message,
  );
  for (const message of messages) expect(message).toContain('of no known format');
  expect(messages[1]?.split('known format')[1]).toBe(messages[0]?.split('known format')[1]);
  return index.looksLike;
}

/** Bytes at an offset of noise. */
function noise(at: number, text: string, length = 200_000): Buffer {
  const bytes = sample(length);
  bytes.write(text, at, 'latin1');
  return bytes;
}

const swap = put(folder, 'swap', Buffer.alloc(0));
truncateSync(swap, 8 * chunkSize);
tool('mkswap', [swap]);

test.each<[string, Buffer]>([
  ['swap', tool('cat', [swap])],
  ['swap', noise(16384 - 10, 'SWAPSPACE2')],
  ['swap', noise(4096 - 10, 'SWAP-SPACE')],
  ['NTFS', noise(3, 'NTFS    ')],
  ['BitLocker', noise(3, '-FVE-FS-')],
  ['ReFS', noise(3, 'ReFS\0')],
  ['ReiserFS', noise(0x10034, 'ReIsEr2Fs')],
  ['JFS', noise(0x8000, 'JFS1')],
  ['HFS+', noise(1024, 'H+\0\x04')],
  ['APFS', noise(32, 'NXSB')],
  ['a member of a Linux RAID', noise(4096, '\xfc\x4e\x2b\xa9')],
  ['Minix', noise(1040, '\x8f\x13')],
  ['Minix', noise(1040, '\x24\x78')],
  ['Minix', noise(1048, '\x5a\x4d')],
  ['only zeros', Buffer.alloc(1)],
  ['only zeros', Buffer.alloc(3 * chunkSize + 5)],
  ['only bytes of the value ff', Buffer.alloc(2 * chunkSize, 0xff)],
])('%s is named where it is refused', async (what, image) => {
  expect(await said(image)).toBe(what);
  if (image.length > 1000) expect(await said(compressors.zstd(image))).toBe(what);
});

test.each<[string, Buffer]>([
  ['noise', sample(200_000)],
  ['zeros, and one other byte at the end', Buffer.concat([Buffer.alloc(9000), Buffer.from([1])])],
  [
    'zeros in one chunk, and others in the next',
    Buffer.concat([Buffer.alloc(chunkSize), Buffer.alloc(chunkSize, 0xff)]),
  ],
])('%s has no name', async (_, image) => {
  expect(await said(image)).toBeUndefined();
});

test('what has a format needs no other name, and heads of any length do not make it fail', async () => {
  const luks = noise(3, 'NTFS    ');
  luks.write('LUKS\xba\xbe', 'latin1');
  expect(await indexImage(put(folder, 'luks', luks))).not.toHaveProperty('looksLike');
  for (let length = 1; length < 1100; length += 9) await said(sample(length));
});
