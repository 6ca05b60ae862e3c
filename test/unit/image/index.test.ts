import { createHash } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkedChunks, imageChunks } from '../../../src/image/chunks.js';
import { chunkSize } from '../../../src/image/image.js';
import { indexImage } from '../../../src/image/index.js';
import type { Progress } from '../../../src/progress.js';
import { compressors, names, put, sample, temporaryFolder, tool } from './fixtures.js';
import { ubinized } from './ubi-fixtures.js';

const folder = temporaryFolder();
const content = sample(2 * chunkSize + 12_345);
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const code = (value: string) => expect.objectContaining({ code: value });

test.each(['none', ...names] as const)('%s: everything that is known of an image', async (name) => {
  const stored = name === 'none' ? content : compressors[name](content);
  const path = put(folder, `image-${name}`, stored);
  expect(await indexImage(path)).toEqual({
    path,
    compression: name,
    raw: false,
    format: 'unknown',
    length: content.length,
    storedLength: stored.length,
    protectedBy: {
      none: [],
      gzip: ["gzip's CRC-32"],
      xz: ["xz's checksum"],
      zstd: ["zstd's checksum"],
      bzip2: ["bzip2's CRC-32"],
      lz4: ["lz4's checksum"],
      lzip: ["lzip's CRC-32"],
    }[name],
    sha256: hash(content),
    chunks: [0, 1, 2].map((at) => hash(content.subarray(at * chunkSize, (at + 1) * chunkSize))),
  });
});

test.each(['none', ...names] as const)(
  '%s: the chunks of the second pass are the image',
  async (name) => {
    const path = put(
      folder,
      `chunks-${name}`,
      name === 'none' ? content : compressors[name](content),
    );
    const pieces: Buffer[] = [];
    for await (const { index, bytes } of checkedChunks(await indexImage(path))) {
      expect(index).toBe(pieces.length);
      pieces.push(bytes);
    }
    expect(pieces.map((piece) => piece.length)).toEqual([chunkSize, chunkSize, 12_345]);
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
  },
);

test('an image that is a whole number of chunks has no empty chunk at its end', async () => {
  const path = put(folder, 'even', content.subarray(0, 2 * chunkSize));
  expect((await indexImage(path)).chunks).toHaveLength(2);
});

test('an image that changes between the passes is not handed out', async () => {
  const path = put(folder, 'changing', content);
  const index = await indexImage(path);
  const drain = async (): Promise<number[]> => {
    const seen: number[] = [];
    for await (const chunk of checkedChunks(index)) seen.push(chunk.index);
    return seen;
  };
  const other = Buffer.from(content);
  other[chunkSize + 5] = 0xff ^ other.readUInt8(chunkSize + 5);
  for (const bytes of [other, content.subarray(0, chunkSize), Buffer.concat([content, content])]) {
    writeFileSync(path, bytes);
    await expect(drain()).rejects.toThrow(code('IMAGE_CHANGED'));
  }
  writeFileSync(path, content);
  expect(await drain()).toEqual([0, 1, 2]);
});

test('an image that shrinks while it is read', async () => {
  const path = put(folder, 'shrinking', content);
  const drain = async (): Promise<void> => {
    for await (const { index } of imageChunks(path)) if (index === 0) truncateSync(path, chunkSize);
  };
  await expect(drain()).rejects.toThrow(code('IMAGE_CHANGED'));
});

test('progress counts stored bytes up to all of them', async () => {
  const events: Progress[] = [];
  const stored = compressors.gzip(content);
  const path = put(folder, 'progress.gz', stored);
  await indexImage(path, { onProgress: (event) => events.push(event) });
  const bytes = events.filter((event) => event.type === 'bytes');
  const done = bytes.map((event) => event.done);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(bytes.at(-1)).toEqual({
    type: 'bytes',
    phase: 'image',
    done: stored.length,
    total: stored.length,
    subject: path,
  });
});

test.each([
  ['raw.xz', () => content],
  ['page.img.gz', () => Buffer.from('<!DOCTYPE html><html>404</html>')],
  ['gzip.xz', () => compressors.gzip(content)],
  ['xz.zst', () => compressors.xz(content)],
  ['zstd.img.GZ', () => compressors.zstd(content)],
  ['raw.zip', () => content],
])('%s: a name that lies', async (name, bytes) => {
  await expect(indexImage(put(folder, name, bytes()))).rejects.toThrow(
    code('IMAGE_EXTENSION_MISMATCH'),
  );
});

test.each([
  ['<html>404</html>', 'a web page', 'download'],
  ['version https://git-lfs.github.com/spec/v1\n', 'git LFS', 'git lfs pull'],
  ['{"error":"gone"}', 'JSON', 'download'],
])('a name that lies says what is there: %s', async (text, what, hint) => {
  await expect(indexImage(put(folder, 'image.xz', Buffer.from(text)))).rejects.toMatchObject({
    code: 'IMAGE_EXTENSION_MISMATCH',
    message: expect.stringContaining(what) as string,
    hint: expect.stringContaining(hint) as string,
  });
});

test.each(['good.img', 'good.gz', 'good.img.GZ', 'good'])(
  '%s: a name that does not lie',
  async (name) => {
    expect((await indexImage(put(folder, name, compressors.gzip(content)))).compression).toBe(
      'gzip',
    );
  },
);

test('twice compressed, nothing inside, a web page', async () => {
  const twice = put(folder, 'twice.gz', compressors.gzip(compressors.xz(content)));
  await expect(indexImage(twice)).rejects.toThrow(code('IMAGE_FORMAT'));
  const page = put(folder, 'page.img', Buffer.from('\n<html><body>Not found</body></html>'));
  await expect(indexImage(page)).rejects.toThrow(code('IMAGE_FORMAT'));
  for (const name of names)
    await expect(
      indexImage(put(folder, 'nothing', compressors[name](Buffer.alloc(0)))),
      name,
    ).rejects.toThrow(code('IMAGE_CORRUPT'));
});

test('a raw file system that was cut is noticed by its own size', async () => {
  const path = put(folder, 'ext4.img', Buffer.alloc(0));
  truncateSync(path, 8 << 20);
  tool('mke2fs', ['-q', '-F', '-t', 'ext4', path]);
  expect((await indexImage(path)).format).toBe('ext4');
  const cut = put(folder, 'ext4-cut.img', readFileSync(path).subarray(0, 7 << 20));
  await expect(indexImage(cut)).rejects.toThrow(code('IMAGE_TRUNCATED'));
});

test('a UBI image and a UBIFS image, compressed too', async () => {
  const image = ubinized(folder);
  expect(await indexImage(put(folder, 'ubi.zst', compressors.zstd(image)))).toMatchObject({
    format: 'ubi',
    ubi: { pebSize: 131_072, volumes: ['kernel', 'rootfs'], pebCount: image.length / 131_072 },
  });
  await expect(indexImage(put(folder, 'cut.ubi', image.subarray(0, -1000)))).rejects.toThrow(
    code('IMAGE_TRUNCATED'),
  );
  tool('mkfs.ubifs', ['-m', '2048', '-e', '126976', '-c', '64', '-o', join(folder, 'fs.ubifs')]);
  expect(await indexImage(join(folder, 'fs.ubifs'))).toMatchObject({
    format: 'ubifs',
    ubifsLebSize: 126_976,
  });
});

test('a large image is never in memory as a whole', async () => {
  const path = put(folder, 'large', Buffer.alloc(0));
  const length = 192 << 20;
  truncateSync(path, length);
  const before = process.memoryUsage().rss;
  let most = 0;
  const watch = (): void => {
    most = Math.max(most, process.memoryUsage().rss - before);
  };
  expect((await indexImage(path, { onProgress: watch })).length).toBe(length);
  expect(most).toBeLessThan(length / 2);
});
