import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readBlockMap } from '../../../../src/image/bmap/block-map.js';
import { indexImage } from '../../../../src/image/index.js';
import { compressors, put, sample, temporaryFolder } from '../fixtures.js';

const folder = temporaryFolder();
/** Data, a hole across a boundary of chunks, data, a hole, and half a block of data. */
const content = Buffer.concat([
  sample(4096 * 30),
  Buffer.alloc(4096 * 300),
  sample(4096 * 2),
  Buffer.alloc(4096 * 3),
  sample(2000),
]);
const ranges = [
  [0, 29],
  [330, 331],
  [335, 335],
] as const;

/** A map as bmaptool writes it (bmap-tools 3.6, `bmap create`). */
function map(bytes: Buffer, hash = 'sha256'): string {
  const digest = (part: Buffer | string) => createHash(hash).update(part).digest('hex');
  const zeros = '0'.repeat(digest('').length);
  const lines = ranges.map(([from, to]) => {
    const sum = digest(bytes.subarray(from * 4096, (to + 1) * 4096));
    return `        <Range chksum="${sum}"> ${from === to ? from : `${from}-${to}`} </Range>\n`;
  });
  const text = `<?xml version="1.0" ?>
<!-- This file contains the block map for an image file. -->
<bmap version="2.0">
    <ImageSize> ${bytes.length} </ImageSize>
    <BlockSize> 4096 </BlockSize>
    <BlocksCount> ${Math.ceil(bytes.length / 4096)} </BlocksCount>
    <MappedBlocksCount> 33 </MappedBlocksCount>
    <ChecksumType> ${hash} </ChecksumType>
    <BmapFileChecksum> ${zeros} </BmapFileChecksum>
    <BlockMap>
${lines.join('')}    </BlockMap>
</bmap>
`;
  return text.replace(zeros, digest(text));
}

/** An image and a map in a folder of their own; gives the path of the image. */
function fresh(bytes: Buffer, text: string, name = 'image', mapName = 'image.bmap'): string {
  const path = put(mkdtempSync(join(folder, 'case-')), name, bytes);
  writeFileSync(join(dirname(path), mapName), text);
  return path;
}
const refused = expect.objectContaining({ code: 'IMAGE_DIGEST' }) as Error;

test.each([
  ['beside a raw image', content, 'image', 'image.bmap', 'sha256'],
  [
    'beside a compressed one',
    compressors.gzip(content),
    'image.wic.gz',
    'image.wic.gz.bmap',
    'sha256',
  ],
  [
    'by the name of the plain image',
    compressors.zstd(content),
    'i.wic.zst',
    'i.wic.bmap',
    'sha512',
  ],
] as const)('a block map %s protects it', async (_, bytes, name, mapName, hash) => {
  const path = fresh(bytes, map(content, hash), name, mapName);
  const { protectedBy } = await indexImage(path);
  expect(protectedBy.join()).toContain(
    `the ${hash.toUpperCase().replace('SHA', 'SHA-')} of each mapped range in`,
  );
});

test('a bit that is another in any range, or another size, is refused', async () => {
  for (const at of [0, 4096 * 30 - 1, 4096 * 330, 4096 * 332 - 1, content.length - 1]) {
    const changed = Buffer.from(content);
    changed[at]! ^= 1;
    await expect(indexImage(fresh(changed, map(content)))).rejects.toThrow(refused);
  }
  const longer = Buffer.concat([content, Buffer.alloc(4096)]);
  await expect(indexImage(fresh(longer, map(content)))).rejects.toThrow(refused);
  await expect(indexImage(fresh(content.subarray(0, -4096), map(content)))).rejects.toThrow(
    refused,
  );
});

test('data in blocks that the map does not list is told, and counts as no protection', async () => {
  const changed = Buffer.from(content);
  changed[4096 * 200] = 1;
  const notes: string[] = [];
  const onProgress = (event: { type: string; message?: string }) => {
    if (event.type === 'note') notes.push(event.message ?? '');
  };
  const { protectedBy } = await indexImage(fresh(changed, map(content)), { onProgress });
  expect(protectedBy).toEqual([]);
  expect(notes.join()).toContain('does not list hold data');
});

test('bytes that are taken as they are have no map', async () => {
  const path = fresh(content, 'nonsense');
  await expect(indexImage(path)).rejects.toThrow(refused);
  expect((await indexImage({ path, raw: true })).protectedBy).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['another version', map(content).replace('"2.0"', '"3.0"')],
  ['its own checksum wrong', map(content).replace('0-29', '0-28')],
  ['an unknown checksum', map(content).replace('> sha256 <', '> crc <')],
  ['no size', map(content).replace(/<ImageSize>.*\n/, '')],
])('a map with %s is refused', async (_, text) => {
  await expect(indexImage(fresh(content, text))).rejects.toThrow(refused);
});

test('ranges that lie outside or out of order are refused', () => {
  const plain = map(content).replace(/.*BmapFileChecksum.*\n/, '');
  expect(readBlockMap(plain)).toMatchObject({ hash: 'sha256', imageSize: content.length });
  for (const [from, to] of [
    ['0-29', '0-9999'],
    ['0-29', '29-0'],
    ['330-331', '3-331'],
  ] as const)
    expect(readBlockMap(plain.replace(from, to))).toMatch(/range/);
});

test('a map of the first versions has no checksums, and protects nothing', async () => {
  const text = map(content)
    .replace('"2.0"', '"1.2"')
    .replace(/.*(BmapFileChecksum|ChecksumType).*\n/g, '')
    .replace(/ chksum="[0-9a-f]*"/g, '');
  const path = fresh(content, text);
  expect((await indexImage(path)).protectedBy).toEqual([]);
  expect(readFileSync(path).length).toBe(content.length);
});
