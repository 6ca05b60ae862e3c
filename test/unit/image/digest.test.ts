import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { digestsFor } from '../../../src/image/checksums.js';
import { indexImage } from '../../../src/image/index.js';
import { imageRequest } from '../../../src/image/request.js';
import type { Progress } from '../../../src/progress.js';
import { compressors, put, sample, temporaryFolder, tool } from './fixtures.js';
import { withMetadata } from './openwrt-fixtures.js';

const folder = temporaryFolder();
const content = sample(50_000);
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const right = hash(content);
const wrong = 'ab'.repeat(32);
const refused = expect.objectContaining({
  code: 'IMAGE_DIGEST',
  hint: expect.any(String) as string,
});

/** A folder of one test's own with the image in it. */
const fresh = (name: string, bytes: Uint8Array = content): string =>
  put(mkdtempSync(join(folder, 'case-')), name, bytes);

test.each([
  ['raw', content],
  ['gzip', compressors.gzip(content)],
  ['zstd without checksum', tool('zstd', ['-c', '--no-check'], content)],
  ['OpenWrt', withMetadata(compressors.gzip(content), { supported_devices: ['a'] })],
  ['OpenWrt, raw', withMetadata(content, { supported_devices: ['a'] })],
])('%s: the digest is that of the file as it is stored', async (_, bytes) => {
  const path = fresh('image', bytes);
  expect((await indexImage({ path, sha256: hash(bytes).toUpperCase() })).protectedBy).toContain(
    'the SHA-256 of the command line',
  );
  await expect(indexImage({ path, sha256: wrong })).rejects.toThrow(refused);
  expect(await indexImage({ path, raw: true, sha256: hash(bytes) })).toMatchObject({
    length: bytes.length,
  });
  await expect(indexImage({ path, raw: true, sha256: wrong })).rejects.toThrow(refused);
});

test.each([
  ['the word wins over a list', { 'i.sha256': wrong }, right, true],
  ['a bare digest', { 'i.sha256': `${right}\n` }, undefined, true],
  ['a wrong one', { 'i.sha256': wrong }, undefined, false],
  ['.sha256sum', { 'i.sha256sum': `${wrong}  i\n` }, undefined, false],
  ['SHA256SUMS', { SHA256SUMS: `${wrong}  other\n${right} *i\n` }, undefined, true],
  ['SHA256SUMS, wrong', { SHA256SUMS: `${right}  other\n${wrong} *i\n` }, undefined, false],
  ['sha256sums', { sha256sums: `${wrong}  ./i\n` }, undefined, false],
  ['both, one wrong', { 'i.sha256': right, SHA256SUMS: `${wrong}  i\n` }, undefined, false],
  ['its own list without a digest', { 'i.sha256': 'Not Found\n' }, undefined, false],
  ['its own list, empty', { 'i.sha256': '' }, undefined, false],
  ['two digests for it', { SHA256SUMS: `${right}  i\n${wrong}  i\n` }, undefined, false],
  ['the same digest twice', { SHA256SUMS: `${right}  i\n${right} *./i\n` }, undefined, true],
] as [string, Record<string, string>, string | undefined, boolean][])(
  'lists beside it: %s',
  async (_, lists, sha256, passes) => {
    const path = fresh('i');
    for (const [name, text] of Object.entries(lists))
      put(join(path, '..'), name, Buffer.from(text));
    const indexed = indexImage({ path, ...(sha256 === undefined ? {} : { sha256 }) });
    if (passes) expect((await indexed).protectedBy).not.toEqual([]);
    else await expect(indexed).rejects.toThrow(refused);
  },
);

test('a list that is about other files, or is a folder, says nothing', async () => {
  const path = fresh('i');
  put(join(path, '..'), 'SHA256SUMS', Buffer.from(`${wrong}  j\n${wrong}  sub/i\n${wrong}\n`));
  mkdirSync(`${path}.sha256`);
  expect((await indexImage(path)).protectedBy).toEqual([]);
});

test('a list of a size that no list has is refused, not read', async () => {
  const path = fresh('i');
  const list = put(join(path, '..'), 'SHA256SUMS', Buffer.alloc(5 << 20));
  await expect(indexImage(path)).rejects.toThrow(refused);
  put(join(path, '..'), basename(list), Buffer.from('\n'.repeat(200_000)));
  await expect(indexImage(path)).rejects.toThrow(refused);
});

test.each(['plain.img', 'with space.img', 'back\\slash', 'line\nbreak', '*star', 'a(b) = c', 'ü'])(
  'what sha256sum itself writes for %j is read',
  async (name) => {
    const path = fresh(name);
    for (const args of [[], ['-b'], ['--tag']]) {
      for (const named of [name, `./${name}`, path]) {
        const text = tool('env', ['-C', join(path, '..'), 'sha256sum', ...args, named]).toString();
        expect([...digestsFor(path, text, 'list', false)], text).toEqual([right]);
      }
    }
    put(join(path, '..'), 'SHA256SUMS', tool('env', ['-C', join(path, '..'), 'sha256sum', name]));
    expect((await indexImage(path)).protectedBy).toHaveLength(1);
    rmSync(path);
    put(join(path, '..'), name, content.subarray(1));
    await expect(indexImage(path)).rejects.toThrow(refused);
  },
);

test.each([
  ['openssl', `SHA2-256(i)= ${right}`],
  ['older openssl', `SHA256(i)= ${right}`],
  ['BSD', `SHA256 (i) = ${right}`],
  ['in capitals', `${right.toUpperCase()}  i`],
  ['from Windows', `\uFEFF${right} *i\r\n`],
  ['signed', `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n${right}  i\n-----BEGIN`],
])('a list by %s', (_, text) => {
  expect([...digestsFor('/srv/i', text, 'list', false)]).toEqual([right]);
});

test.each([
  ['SHA-1', `${'a'.repeat(40)}  i`],
  ['SHA-512', `${'a'.repeat(128)}  i`],
  ['SHA-512 of BSD', `SHA512 (i) = ${'a'.repeat(128)}`],
  ['another name', `${right}  ii`],
  ['a bare digest in a list about a folder', right],
])('a list with %s says nothing', (_, text) => {
  expect([...digestsFor('/srv/i', text, 'list', false)]).toEqual([]);
});

test("an image's own list may name it as it was called, or lay elsewhere", () => {
  expect([...digestsFor('/a/i', `${right}  build/out/i`, 'list', true)]).toEqual([right]);
  expect([...digestsFor('/a/i', `${right}  old-name`, 'list', true)]).toEqual([right]);
  expect([...digestsFor('/a/i', `${wrong}  j\n${right}  x/i`, 'list', true)]).toEqual([right]);
});

test.each([
  [`i#sha256=${right}`, { path: 'i', sha256: right }],
  [`raw:i#sha256=${right.toUpperCase()}`, { path: 'i', raw: true, sha256: right }],
  ['a#b.img', { path: 'a#b.img' }],
  ['#', { path: '#' }],
  ['dir#sha256=1/i', { path: 'dir#sha256=1/i' }],
  [`i#sha256=${wrong}#sha256=${right}`, { path: `i#sha256=${wrong}`, sha256: right }],
  [`i#md5=1#sha256=${right}`, { path: 'i#md5=1', sha256: right }],
  [`#sha256=${right}`, { path: '', sha256: right }],
])('the word %s', (word, request) => {
  expect(imageRequest(word)).toEqual(request);
});

test.each([
  'i#sha256=',
  'i#sha256=12',
  `i#sha256=${right}0`,
  'i#sha512=00',
  'i#md5=00',
  'i#SHA256=0',
])('the word %s is refused, because it would be taken for a name', (word) => {
  expect(() => imageRequest(word)).toThrow(
    expect.objectContaining({ code: 'USAGE', hint: expect.any(String) as string }),
  );
});

test.each([
  ['raw', content, 'warning'],
  ['xz without check', tool('xz', ['-c', '--check=none'], content), 'warning'],
  ['zstd without check', tool('zstd', ['-c', '--no-check'], content), 'warning'],
  [
    'zstd, one frame of two without check',
    Buffer.concat([compressors.zstd(content), tool('zstd', ['-c', '--no-check'], content)]),
    'warning',
  ],
  [
    'xz, one stream of two without check',
    Buffer.concat([tool('xz', ['-c', '--check=none'], content), compressors.xz(content)]),
    'warning',
  ],
  ['xz with CRC-32', tool('xz', ['-c', '--check=crc32'], content), 'info'],
  ['xz', compressors.xz(content), 'info'],
  ['zstd', compressors.zstd(content), 'info'],
  ['gzip', compressors.gzip(content), 'info'],
] as [string, Buffer, string][])('%s: what protects it is said: %s', async (_, bytes, level) => {
  const notes: Progress[] = [];
  const path = fresh('i', bytes);
  const index = await indexImage(path, {
    onProgress: (event) => event.type === 'note' && notes.push(event),
  });
  expect(notes).toEqual([
    { type: 'note', level, message: expect.stringContaining(path) as string },
  ]);
  expect(index.protectedBy).toHaveLength(level === 'info' ? 1 : 0);
});
