import { closeSync, openSync, truncateSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { Budget } from '../../../src/shared/budget.js';
import { indexImage } from '../../../src/image/index.js';
import { decompressed } from '../../../src/image/open.js';
import {
  allCompressors,
  allNames,
  compressors,
  put,
  readImage,
  sample,
  temporaryFolder,
  tool,
} from '../../unit/image/fixtures.js';

const folder = temporaryFolder();
const end = Buffer.from('end');

const bytes = (...parts: (Buffer | string)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
  );
const times = (count: number, part: Buffer | string): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => bytes(part)));

const skippable = 'P*M\x18\0\0\0\0';
const zstdFrame = '\x28\xb5\x2f\xfd\0\x50'; // a history of 1 MiB, no checksum
const manyPieces = 'consists of more than 1000 pieces';

test.each([
  [
    'gzip members with nothing in them',
    () => bytes(times(50_000, compressors.gzip(Buffer.alloc(0))), compressors.gzip(end)),
    manyPieces,
  ],
  ['gzip members of one byte', () => times(50_000, compressors.gzip(Buffer.from('a'))), 'pieces'],
  [
    'xz streams with nothing in them',
    () => bytes(times(30_000, compressors.xz(Buffer.alloc(0))), compressors.xz(end)),
    manyPieces,
  ],
  [
    'zstd frames with nothing in them',
    () => bytes(times(80_000, compressors.zstd(Buffer.alloc(0))), compressors.zstd(end)),
    manyPieces,
  ],
  [
    'bzip2 streams with nothing in them',
    () => bytes(times(30_000, compressors.bzip2(Buffer.alloc(0))), compressors.bzip2(end)),
    manyPieces,
  ],
  [
    'lz4 frames with nothing in them',
    () => bytes(times(80_000, compressors.lz4(Buffer.alloc(0))), compressors.lz4(end)),
    manyPieces,
  ],
  [
    'lzip members with nothing in them',
    () => bytes(times(30_000, compressors.lzip(Buffer.alloc(0))), compressors.lzip(end)),
    manyPieces,
  ],
  ['zstd frames to skip', () => bytes(times(130_000, skippable), compressors.zstd(end)), 'pieces'],
  [
    'zstd frames with 128 MiB of history for nothing',
    () => times(10_000, '\x28\xb5\x2f\xfd\0\x88\x01\0\0'),
    manyPieces,
  ],
  [
    'zstd blocks with nothing in them',
    () => bytes(zstdFrame, times(350_000, '\0\0\0'), '\x01\0\0'),
    manyPieces,
  ],
  [
    'a gzip header whose name does not end',
    () =>
      bytes(
        '\x1f\x8b\x08\x08\0\0\0\0\0\x03',
        Buffer.alloc(4 << 20, 'n'),
        '\0',
        compressors.gzip(end).subarray(10),
      ),
    'names of more than 64 KiB',
  ],
] as [string, () => Buffer, string][])('%s', async (_, bomb, words) => {
  await expect(indexImage(put(folder, 'bomb', bomb()))).rejects.toThrow(
    expect.objectContaining({
      code: 'IMAGE_CORRUPT',
      message: expect.stringContaining(words) as string,
      hint: expect.any(String) as string,
    }),
  );
});

/** An .xz file of 6 GiB, nearly all of it a hole, whose footer claims an index of 5 GiB; `index` is how it begins. */
function claimingIndex(index: Buffer): string {
  const path = put(folder, 'claim.xz', compressors.xz(end).subarray(0, 12));
  const size = 6 * 2 ** 30;
  const claimed = 5 * 2 ** 30;
  const footer = Buffer.alloc(12);
  footer.writeUInt32LE(claimed / 4 - 1, 4);
  footer.writeUInt16BE(4, 8);
  footer.write('YZ', 10);
  footer.writeUInt32LE(crc32(footer.subarray(4, 10)), 0);
  truncateSync(path, size);
  const file = openSync(path, 'r+');
  writeSync(file, footer, 0, 12, size - 12);
  writeSync(file, index, 0, index.length, size - 12 - claimed);
  closeSync(file);
  return path;
}

test.each([
  ['of zeros', Buffer.alloc(1)],
  ['of records without end', bytes('\0\xff\xff\xff\xff\x0f', times(100_000, '\x08\0'))],
  ['of a record that is larger than the file', bytes('\0\x01', '\xff'.repeat(8), '\x7f\x01')],
  ['of numbers that do not end', bytes('\0', '\xff'.repeat(100))],
])('an xz footer that claims an index of 5 GiB, %s', async (_, index) => {
  const before = process.memoryUsage().rss;
  await expect(indexImage(claimingIndex(index))).rejects.toThrow(
    expect.objectContaining({ code: 'IMAGE_CORRUPT' }),
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
});

test.each([
  [
    'a zstd frame of 9 EiB in one piece',
    '\x28\xb5\x2f\xfd\xe0\xff\xff\xff\xff\xff\xff\xff\x7f\x01\0\0',
    'IMAGE_FORMAT',
  ],
  [
    'a zstd frame that announces 9 EiB',
    '\x28\xb5\x2f\xfd\xc0\x50\xff\xff\xff\xff\xff\xff\xff\x7f\x01\0\0',
    'IMAGE_CORRUPT',
  ],
  [
    'a zstd frame that gives more than it announces',
    '\x28\xb5\x2f\xfd\x20\x01\x03\0\x10a',
    'IMAGE_CORRUPT',
  ],
  [
    'an lzip member that announces 9 EiB',
    'LZIP\x01\x0c' + '\0'.repeat(20) + '\xff'.repeat(7) + '\x7f' + '\x2e\0\0\0\0\0\0\0',
    'IMAGE_TRUNCATED',
  ],
  ['an lz4 frame with a block of 1 GiB', '\x04"M\x18\x44\x70\x1d\0\0\0\x40', 'IMAGE_CORRUPT'],
  ['an lz4 frame with a dictionary', '\x04"M\x18\x65\x70\x01\0\0\0\x73\0\0\0\0', 'IMAGE_FORMAT'],
  ['a legacy lz4 block of 8 MiB', '\x02!L\x18\0\0\x80\0', 'IMAGE_TRUNCATED'],
  ['a frame to skip of 4 GiB', 'P*M\x18\xff\xff\xff\xff', 'IMAGE_TRUNCATED'],
])('%s is refused', async (_, bomb, code) => {
  await expect(readImage(put(folder, 'small', bytes(bomb, Buffer.alloc(20))))).rejects.toThrow(
    expect.objectContaining({ code }),
  );
});

test.each(allNames)(
  '%s: a small file that unpacks to gigabytes ends at the budget',
  async (name) => {
    const zeros = Buffer.alloc(32 << 20);
    const bomb = allCompressors[name](zeros);
    expect(bomb.length).toBeLessThan(256 * 1024);
    const budget = (): Budget =>
      new Budget('x.ko', { bytes: 4 << 20, entries: 10, names: 1000 }, 'MODULE_INVALID');
    await expect(decompressed('x.ko', bomb, budget())).rejects.toThrow(
      expect.objectContaining({
        code: 'MODULE_INVALID',
        message: expect.stringContaining('more than 4 MiB') as string,
      }),
    );
    const small = zeros.subarray(0, 4 << 20);
    expect(await decompressed('x.ko', allCompressors[name](small), budget())).toHaveLength(
      small.length,
    );
  },
);

test('files that are rightly made of many pieces are read', async () => {
  const content = sample(3 << 20);
  const part = (at: number): Buffer => content.subarray(at << 14, (at + 1) << 14);
  const parts = Array.from({ length: content.length >> 14 }, (_, at) => part(at));
  const gzipped = parts.slice(0, 40).map((piece) => compressors.gzip(piece));
  const path = put(folder, 'members', Buffer.concat(gzipped));
  expect((await readImage(path)).equals(content.subarray(0, 40 << 14))).toBe(true);
  const repeated = put(folder, 'repeated', times(1500, compressors.gzip(part(0))));
  expect(await readImage(repeated)).toHaveLength(1500 << 14);
  const one = bytes(zstdFrame, times(200_000, '\x0a\0\0a'), '\x01\0\0');
  expect(await readImage(put(folder, 'one', one))).toHaveLength(200_000);
  const blocks = tool('xz', ['-c', '-0', '--block-size=2048'], content);
  expect((await readImage(put(folder, 'blocks', blocks))).equals(content)).toBe(true);
  const members = tool('lzip', ['-c', '-0', '--member-size=100000'], content);
  expect((await readImage(put(folder, 'lzip', members))).equals(content)).toBe(true);
  for (const name of ['bzip2', 'lz4', 'lz4 legacy'] as const) {
    const some = parts.slice(0, 40).map((piece) => allCompressors[name](piece));
    const whole = await readImage(put(folder, name, Buffer.concat(some)));
    expect(whole.equals(content.subarray(0, 40 << 14))).toBe(true);
  }
  const frames = tool('pzstd', ['-c', '-q', '-p', '2'], content);
  expect((await readImage(put(folder, 'frames', frames))).equals(content)).toBe(true);
});
