import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { indexImage } from '../../../../src/image/index.js';
import { put, readImage, sample, temporaryFolder, tool } from '../fixtures.js';

const folder = temporaryFolder();
const content = Buffer.concat([
  sample(300_000),
  Buffer.alloc(1 << 20),
  Buffer.alloc(100_000 - (300_000 % 4096), 0xa5),
  sample(4096 * 20),
]);
const whole = Buffer.concat([content, Buffer.alloc(4096 - (content.length % 4096), 0x5a)]);
const image = put(folder, 'image', whole);
const code = (value: string) => expect.objectContaining({ code: value }) as Error;

const zipped = (...args: string[]): Buffer => tool('zip', ['-q', '-j', ...args, '-', image]);
const zip = zipped();

/** To a pipe, zip writes an archive of zip64 that lacks its record. */
function wide(): Buffer {
  const path = join(folder, 'wide.zip');
  tool('zip', ['-q', '-j', '-fz', path, image]);
  return tool('cat', [path]);
}

/** An Android sparse image as img2simg makes it. */
function sparse(...args: string[]): Buffer {
  const path = join(folder, 'sparse');
  execFileSync('img2simg', [...args, image, path]);
  return tool('cat', [path]);
}

test.each([
  ['deflated', zip],
  ['stored', zipped('-0')],
  ['from a pipe, with sizes behind the data', tool('zip', ['-q', '-', '-'], whole)],
  ['zip64', wide()],
])('a zip archive of one file, %s', async (_, bytes) => {
  const path = put(folder, 'one.zip', bytes);
  expect((await readImage(path)).equals(whole)).toBe(true);
  expect(await indexImage(path)).toMatchObject({
    compression: 'zip',
    length: whole.length,
    protectedBy: ["zip's CRC-32"],
  });
});

test('a damaged zip archive is refused', async () => {
  const flipped = (at: number): Buffer => {
    const bytes = zipped('-0');
    bytes[at]! ^= 1;
    return bytes;
  };
  await expect(indexImage(put(folder, 'z1.zip', flipped(50_000)))).rejects.toThrow(
    code('IMAGE_CORRUPT'),
  );
  for (const cut of [1, 30, 5000])
    await expect(indexImage(put(folder, 'z2.zip', zip.subarray(0, -cut)))).rejects.toThrow(
      code('IMAGE_TRUNCATED'),
    );
  const encrypted = put(folder, 'z3.zip', zipped('-P', 'secret'));
  await expect(indexImage(encrypted)).rejects.toThrow(code('IMAGE_FORMAT'));
});

test.each([
  ['blocks of 4096', []],
  ['blocks of 1024', ['-s']],
])('an Android sparse image: %s', async (_, args) => {
  const bytes = args.length === 0 ? sparse() : splitFill();
  const path = put(folder, 'system.img', bytes);
  expect((await readImage(path)).equals(whole)).toBe(true);
  expect(await indexImage(path)).toMatchObject({ compression: 'sparse', protectedBy: [] });
});

/** The same image with chunks of each kind: data, a fill, nothing, and a checksum. */
function splitFill(): Buffer {
  const chunk = (kind: number, blocks: number, data: Buffer): Buffer => {
    const header = Buffer.alloc(12);
    header.writeUInt16LE(kind);
    header.writeUInt32LE(blocks, 4);
    header.writeUInt32LE(12 + data.length, 8);
    return Buffer.concat([header, data]);
  };
  const parts = [];
  for (let at = 0; at < whole.length; at += 4096) {
    const block = whole.subarray(at, at + 4096);
    if (block.every((byte) => byte === 0)) parts.push(chunk(0xcac3, 4, Buffer.alloc(0)));
    else if (block.every((byte) => byte === block[0]))
      parts.push(chunk(0xcac2, 4, block.subarray(0, 4)));
    else parts.push(chunk(0xcac1, 4, block));
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(whole));
  parts.push(chunk(0xcac4, 0, sum));
  const header = Buffer.alloc(28);
  header.writeUInt32LE(0xed26ff3a);
  header.writeUInt16LE(1, 4);
  header.writeUInt16LE(28, 8);
  header.writeUInt16LE(12, 10);
  header.writeUInt32LE(1024, 12);
  header.writeUInt32LE(whole.length / 1024, 16);
  header.writeUInt32LE(parts.length, 20);
  return Buffer.concat([header, ...parts]);
}

test('a sparse image that is cut, longer, or contradicts itself is refused', async () => {
  const bytes = splitFill();
  const refused = async (changed: Buffer, wanted: string) =>
    expect(indexImage(put(folder, 'wrong.img', changed))).rejects.toThrow(code(wanted));
  for (const cut of [1, 10, 20, 5000, bytes.length - 40, bytes.length - 20])
    await refused(bytes.subarray(0, bytes.length - cut), 'IMAGE_TRUNCATED');
  await refused(Buffer.concat([bytes, Buffer.alloc(1)]), 'IMAGE_CORRUPT');
  for (const [at, value] of [
    [4, 2],
    [12, 3],
    [16, 7],
    [20, 3],
    [28, 0],
    [32, 5],
  ] as const) {
    const changed = Buffer.from(bytes);
    changed.writeUInt16LE(value, at);
    await refused(changed, 'IMAGE_CORRUPT');
  }
});

test('one piece of a split sparse image is refused, because it looks like a whole one', async () => {
  for (const name of ['system.img_sparsechunk.0', 'super.sparse.1', 'super_sparsechunk3']) {
    writeFileSync(join(folder, name), sparse());
    await expect(indexImage(join(folder, name))).rejects.toMatchObject({
      code: 'IMAGE_FORMAT',
      hint: expect.stringContaining('simg2img') as string,
    });
  }
});

test('a sparse image inside another compression is named', async () => {
  const path = put(folder, 'sparse.gz', tool('gzip', ['-c'], sparse()));
  await expect(indexImage(path)).rejects.toMatchObject({
    code: 'IMAGE_FORMAT',
    message: expect.stringContaining('Android sparse') as string,
  });
});
