import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { TargetFacts } from '../../../src/flash/kind.js';
import { targetKinds } from '../../../src/flash/target.js';
import { checkedChunks } from '../../../src/image/chunks.js';
import { indexImage } from '../../../src/image/index.js';
import { compressors, put, sample, temporaryFolder, tool } from './fixtures.js';

const folder = temporaryFolder();
const kernel = sample(300_000);
put(folder, 'file', kernel);
/** A kernel by its magic (Linux `Documentation/arch/arm64/booting.rst`); others, such as that of MIPS, have none. */
const arm64Kernel = Buffer.from(kernel);
arm64Kernel.write('ARM\x64', 56, 'latin1');
const ramdisk = execFileSync('cpio', ['-o', '-H', 'newc', '--quiet'], {
  cwd: folder,
  input: 'file\n',
});

const targets: TargetFacts[] = [
  { kind: 'ubi-volume', name: 'volume ramdisk', node: '/dev/ubi0_1', size: 1e6, leb_size: 126_976 },
  { kind: 'mtd', name: 'mtd kernel', node: '/dev/mtd1', size: 1e6, unfit: null },
];

test.each([
  ['ramdisk.cpio.gz', compressors.gzip(ramdisk), 'gzip'],
  ['ramdisk.img', compressors.zstd(ramdisk), 'zstd'],
  ['Image.gz', compressors.gzip(kernel), 'gzip'],
  ['Image-arm64.gz', compressors.gzip(arm64Kernel), 'gzip'],
  ['Image-arm64.lzma', tool('xz', ['-c', '--format=lzma'], arm64Kernel), 'lzma'],
  ['vmlinux.bin.lzma', tool('xz', ['-c', '--format=lzma'], kernel), 'lzma'],
  ['Image.bz2', tool('bzip2', ['-c'], kernel), 'bzip2'],
  ['Image.lz4', tool('lz4', ['-c', '-l'], kernel), 'lz4'],
  ['twice.gz', compressors.gzip(compressors.gzip(kernel)), 'gzip'],
  ['lies.xz', compressors.gzip(kernel), 'gzip'],
])(
  '%s: what a boot loader unpacks is written as it is by raw:, and the hint says so',
  async (name, bytes, packed) => {
    const path = put(folder, name, bytes);
    const image = await indexImage({ path, raw: true });
    expect(image).toMatchObject({
      raw: true,
      packed,
      compression: 'none',
      length: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const written: Buffer[] = [];
    for await (const chunk of checkedChunks(image)) written.push(chunk.bytes);
    expect(Buffer.concat(written).equals(bytes)).toBe(true);
    for (const facts of targets) {
      const kind = targetKinds.find(({ name: of }) => of === facts.kind)!;
      expect(kind.check(image, facts, {})).toBeUndefined();
      if (name === 'lies.xz') continue;
      const unpacked = await indexImage(path).then(
        (index) => kind.check(index, facts, {}),
        (error: unknown) => error,
      );
      expect(unpacked).toMatchObject({
        code: 'IMAGE_FORMAT',
        hint: expect.stringContaining('TARGET=raw:FILE') as string,
      });
    }
  },
);
