import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { checkedChunks } from '../../../src/image/chunks.js';
import { indexImage } from '../../../src/image/index.js';
import { openImage } from '../../../src/image/open.js';
import { collect, compressors, names, put, sample, temporaryFolder } from './fixtures.js';
import { appended, withMetadata, withSignature } from './openwrt-fixtures.js';

const folder = temporaryFolder();
const content = sample(200_001);
const metadata = {
  metadata_version: '1.1',
  compat_version: '1.0',
  supported_devices: ['acme,ap-2', 'ap-2'],
  version: { dist: 'OpenWrt', target: 'ath79/generic' },
};
const found = { supportedDevices: ['acme,ap-2', 'ap-2'], compatVersion: '1.0' };
const code = (value: string) => expect.objectContaining({ code: value });
const stored = { ...compressors, none: (bytes: Buffer): Buffer => bytes };

test.each(['none', ...names] as const)(
  '%s: what OpenWrt appends is read and not written',
  async (name) => {
    const file = stored[name](content);
    for (const whole of [
      withMetadata(file, metadata),
      withSignature(withMetadata(file, metadata)),
      withMetadata(withSignature(file), metadata),
      withSignature(withSignature(withMetadata(file, metadata))),
    ]) {
      const path = put(folder, `openwrt-${name}`, whole);
      const index = await indexImage(path);
      expect(index).toMatchObject({
        compression: name,
        length: content.length,
        storedLength: whole.length,
        metadata: found,
        sha256: createHash('sha256').update(content).digest('hex'),
      });
      expect(index.protectedBy).toContain("the CRC-32 of OpenWrt's trailer");
      const written: Buffer[] = [];
      for await (const { bytes } of checkedChunks(index)) written.push(bytes);
      expect(Buffer.concat(written).equals(content)).toBe(true);
    }
  },
);

test.each(names)('%s: it is read inside, where the whole image was compressed', async (name) => {
  for (const length of [5, content.length]) {
    const image = withSignature(withMetadata(content.subarray(0, length), metadata));
    const index = await indexImage(put(folder, `inside-${name}`, compressors[name](image)));
    expect(index).toMatchObject({ length, metadata: found });
  }
});

test('a signature alone is not written either', async () => {
  const index = await indexImage(put(folder, 'signed', withSignature(content)));
  expect(index.length).toBe(content.length);
  expect(index.metadata).toBeUndefined();
});

test('the plain CRC-32 of the appended data, as other programs write it, is no protection', async () => {
  const plain = (_: Buffer, data: Buffer): number => crc32(data);
  const data = Buffer.concat([Buffer.alloc(8), Buffer.from(JSON.stringify(metadata))]);
  const index = await indexImage(put(folder, 'plain', appended(content, 1, data, plain)));
  expect(index).toMatchObject({ length: content.length, metadata: found, protectedBy: [] });
});

test.each([
  ['the image', 1000],
  ['the metadata', content.length + 20],
  ['the checksum', -12],
  ['the type', -8],
  ['the size', -1],
])('an uncompressed image with a flip in %s is damaged', async (_, at) => {
  const whole = withMetadata(content, metadata);
  const place = at < 0 ? whole.length + at : at;
  whole[place] = whole.readUInt8(place) ^ 0x20;
  await expect(indexImage(put(folder, 'flip', whole))).rejects.toThrow(code('IMAGE_CORRUPT'));
});

test('a chain whose inner trailer is damaged is damaged', async () => {
  const inner = withMetadata(content, metadata);
  inner[content.length + 20] = 0x20;
  await expect(indexImage(put(folder, 'inner', withSignature(inner)))).rejects.toThrow(
    code('IMAGE_CORRUPT'),
  );
});

test.each([
  ['smaller than its record', (file: Buffer) => resized(file, 15)],
  ['larger than the file', (file: Buffer) => resized(file.subarray(0, 30), 200)],
  ['larger than any signature', (file: Buffer) => resized(file, 1041)],
  ['of 4 GiB', (file: Buffer) => resized(file, 0xffffffff)],
  ['of an unknown type', (file: Buffer) => appended(file, 7, Buffer.from('x'))],
  ['with no JSON', (file: Buffer) => appended(file, 1, Buffer.from('\0\0\0\0\0\0\0\0{'))],
  ['with JSON that is no object', (file: Buffer) => withMetadata(file, [1])],
  ['with null', (file: Buffer) => withMetadata(file, null)],
])('a trailer %s is damaged, behind every compression and inside', async (_, broken) => {
  const small = content.subarray(0, 3000);
  for (const bytes of [
    broken(small),
    broken(compressors.gzip(small)),
    compressors.gzip(broken(small)),
  ])
    await expect(collect(openImage(put(folder, 'broken', bytes)))).rejects.toThrow(
      code('IMAGE_CORRUPT'),
    );
});

/** A trailer that states another size, with a checksum that fits the file. */
function resized(file: Buffer, size: number): Buffer {
  const whole = withSignature(file);
  whole.writeUInt32BE(size >>> 0, whole.length - 4);
  return whole;
}

test.each([
  ['1.0', { supported_devices: ['a'] }, ['a'], '1.0'],
  ['none', { supported_devices: ['a'], compat_version: 3 }, ['a'], '1.0'],
  [
    '2.0',
    {
      supported_devices: ['a - Image version mismatch: image 2.0, device 1.0.'],
      new_supported_devices: ['a', 'b'],
      compat_version: '2.0',
      compat_message: 'the flash has another layout',
    },
    ['a', 'b'],
    '2.0',
  ],
  ['1.1', { supported_devices: ['a'], compat_version: '1.1' }, ['a'], '1.1'],
  ['no list', { supported_devices: 'a' }, [], '1.0'],
  ['others than names', { supported_devices: ['a', 1, null, {}] }, ['a'], '1.0'],
])('boards of compat_version %s', async (_, fields, boards, version) => {
  const index = await indexImage(put(folder, 'compat', withMetadata(content, fields)));
  expect(index.metadata).toMatchObject({ supportedDevices: boards, compatVersion: version });
});

test('raw: takes the file to its very end', async () => {
  const whole = withMetadata(compressors.gzip(content), metadata);
  const index = await indexImage({ path: put(folder, 'raw.gz', whole), raw: true });
  expect(index).toMatchObject({ compression: 'none', length: whole.length });
  expect(index.metadata).toBeUndefined();
});

test.each(names)(
  '%s: other rubbish behind the data is an error, with a trailer behind it, too',
  async (name) => {
    for (const rubbish of ['FWx0', 'rubbish', '{"supported_devices":["a"]}']) {
      const bytes = Buffer.concat([compressors[name](content), Buffer.from(rubbish)]);
      for (const whole of [bytes, withMetadata(bytes, metadata)])
        await expect(indexImage(put(folder, 'rubbish', whole)), rubbish).rejects.toThrow(
          expect.objectContaining({
            code: expect.stringMatching(/^IMAGE_(CORRUPT|TRUNCATED)$/) as string,
          }),
        );
    }
  },
);
