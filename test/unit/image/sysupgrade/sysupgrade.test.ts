import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { checkedChunks } from '../../../../src/image/chunks.js';
import { chunkSize, type ImageIndex } from '../../../../src/image/image.js';
import { indexImage } from '../../../../src/image/index.js';
import { sha256 } from '../../../../src/shared/sha256.js';
import { compressors, put, temporaryFolder } from '../fixtures.js';
import { squashfs } from '../container/containers.js';
import { withMetadata } from '../openwrt-fixtures.js';

const folder = temporaryFolder();

/** A kernel of more than one chunk, of no known format. */
const kernel = Buffer.alloc(chunkSize + 12_345, 'kernel');

/** A tar of these members, in this order, as tar makes it; a name that ends in / is a folder. */
function tar(members: Record<string, Buffer | string>): Buffer {
  const place = join(folder, `tar-${Math.random()}`);
  for (const [name, content] of Object.entries(members)) {
    mkdirSync(join(place, name, '..'), { recursive: true });
    writeFileSync(join(place, name), content);
  }
  return execFileSync('tar', ['-c', '--format=ustar', '-C', place, ...Object.keys(members)], {
    maxBuffer: 1 << 28,
  });
}

const whole = (): Record<string, Buffer | string> => ({
  'sysupgrade-acme_x/CONTROL': 'BOARD=acme_x\n',
  'sysupgrade-acme_x/kernel': kernel,
  'sysupgrade-acme_x/root': squashfs(folder),
});

const read = (bytes: Buffer, name = 'sysupgrade.bin'): Promise<ImageIndex> =>
  indexImage(put(folder, name, bytes));

test('each file is an image of its own, whose bytes are read again where they lie', async () => {
  const files = whole();
  const bytes = withMetadata(tar(files), { supported_devices: ['acme,x'] });
  const { format, sysupgrade, protectedBy } = await read(bytes);
  expect(format).toBe('sysupgrade');
  expect(sysupgrade?.board).toBe('acme_x');
  const { root, kernel: found } = sysupgrade!.members;
  const content = files['sysupgrade-acme_x/root'] as Buffer;
  expect(root).toMatchObject({
    ...{ format: 'squashfs', length: content.length, sha256: sha256(content), board: 'acme_x' },
    ...{ metadata: { supportedDevices: ['acme,x'] }, protectedBy, raw: false },
  });
  expect(found).toMatchObject({
    ...{ length: kernel.length, sha256: sha256(kernel), compression: 'none', raw: true },
    chunks: [sha256(kernel.subarray(0, chunkSize)), sha256(kernel.subarray(chunkSize))],
  });
  const pieces: Buffer[] = [];
  for await (const { bytes: piece } of checkedChunks(found!)) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(kernel)).toBe(true);
});

test.each([
  ['gzip', gzipSync],
  ['xz', compressors.xz],
])('one that is compressed as a whole, with %s, gives the same', async (compression, compress) => {
  const bytes = tar(whole());
  const plain = (await read(bytes)).sysupgrade!;
  const metadata = { supported_devices: ['acme,x'] };
  const image = await read(withMetadata(compress(bytes), metadata), 'packed.bin');
  expect(image).toMatchObject({ format: 'sysupgrade', compression, metadata: {} });
  for (const member of ['root', 'kernel'] as const) {
    const { [member]: expected } = plain.members;
    const found = image.sysupgrade!.members[member]!;
    expect(found).toMatchObject({
      ...{ sha256: expected!.sha256, chunks: expected!.chunks, format: expected!.format },
    });
    const pieces: Buffer[] = [];
    for await (const { bytes: piece } of checkedChunks(found)) pieces.push(piece);
    expect(sha256(Buffer.concat(pieces))).toBe(expected!.sha256);
  }
});

test('a kernel may be missing, or have no bytes', async () => {
  const { 'sysupgrade-acme_x/kernel': _, ...files } = whole();
  for (const members of [files, { ...files, 'sysupgrade-acme_x/kernel': '' }]) {
    const { sysupgrade } = await read(tar(members));
    expect(Object.keys(sysupgrade!.members)).toEqual(['root']);
  }
});

describe('refused is', () => {
  const refusal = async (bytes: Buffer, name?: string) => {
    const error: unknown = await read(bytes, name).catch((one: unknown) => one);
    return error as { code: string; message: string };
  };
  test.for<[string, (files: Record<string, Buffer | string>) => unknown, RegExp]>([
    [
      'a file that nobody knows',
      (files) => (files['sysupgrade-acme_x/dtb'] = 'x'),
      /"sysupgrade-acme_x\/dtb"/,
    ],
    ['a file outside of the folder', (files) => (files['etc/passwd'] = 'x'), /"etc\/passwd"/],
    [
      'a second board',
      (files) => (files['sysupgrade-acme_y/root'] = 'x'),
      /two boards, acme_x and acme_y/,
    ],
    ['no CONTROL', (files) => delete files['sysupgrade-acme_x/CONTROL'], /no CONTROL/],
    ['an empty CONTROL', (files) => (files['sysupgrade-acme_x/CONTROL'] = ''), /no CONTROL/],
    [
      'a CONTROL for another board',
      (files) => (files['sysupgrade-acme_x/CONTROL'] = 'BOARD=y\n'),
      /CONTROL for y/,
    ],
    [
      'a long CONTROL',
      (files) => (files['sysupgrade-acme_x/CONTROL'] = 'x'.repeat(5000)),
      /5000 bytes/,
    ],
    ['no root', (files) => delete files['sysupgrade-acme_x/root'], /no root/],
  ])('%s', async ([, change, says]) => {
    const files = whole();
    change(files);
    const { code, message } = await refusal(tar(files));
    expect(message).toMatch(says);
    expect(code).toBe('IMAGE_FORMAT');
  });
  test('a root that is no image', async () => {
    const files = { ...whole(), 'sysupgrade-acme_x/root': '<!DOCTYPE html><html></html>' };
    expect(await refusal(tar(files))).toMatchObject({ code: 'IMAGE_FORMAT' });
  });
  test('one that is cut short, wherever that is', async () => {
    const bytes = tar(whole());
    const data = bytes.indexOf('BOARD=') + 512 + 512;
    for (const length of [data + 1000, data + kernel.length + 100, bytes.length - 10_240])
      expect(await refusal(bytes.subarray(0, length))).toMatchObject({
        code: 'IMAGE_TRUNCATED',
      });
  });
  test('a damaged header, and what follows the end', async () => {
    const bytes = tar(whole());
    const damaged = Buffer.from(bytes);
    damaged.fill('x', 1024, 1030);
    expect(await refusal(damaged)).toMatchObject({ code: 'IMAGE_CORRUPT' });
    const more = Buffer.concat([bytes, Buffer.from('more')]);
    expect(await refusal(more)).toMatchObject({ code: 'IMAGE_CORRUPT' });
  });
  test('a member twice', async () => {
    // A header, and a block with the content.
    const control = tar({ 'sysupgrade-acme_x/CONTROL': 'BOARD=acme_x\n' }).subarray(0, 1024);
    const twice = Buffer.concat([control, tar(whole())]);
    expect((await refusal(twice)).message).toMatch(/CONTROL twice/);
  });
});
