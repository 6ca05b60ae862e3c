import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkedChunks } from '../../../src/image/chunks.js';
import { chunkSize } from '../../../src/image/image.js';
import { indexImage } from '../../../src/image/index.js';
import { spareRanges } from '../../../src/image/spare.js';
import { isZeros } from '../../../src/image/zeros.js';
import { sha256 } from '../../../src/shared/sha256.js';

const folder = mkdtempSync(join(tmpdir(), 'levitate-spare-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'image');
const bytes = randomBytes(3 * chunkSize + 777);
const ranges = [
  { offset: 0, length: 512 },
  { offset: chunkSize - 512, length: chunkSize + 1024 },
  { offset: 3 * chunkSize + 512, length: 4096 },
];
const masked = Buffer.from(bytes);
for (const { offset, length } of ranges)
  masked.fill(0, offset, Math.min(masked.length, offset + length));
const chunksOf = (all: Buffer) =>
  [0, 1, 2, 3].map((index) => all.subarray(index * chunkSize, (index + 1) * chunkSize));

it('an image has zeros in place of what is spared, in its digests and where it is sent', async () => {
  writeFileSync(path, bytes);
  const whole = await indexImage({ path, raw: true });
  const image = await spareRanges(whole, ranges);
  expect(image.chunks).toEqual(chunksOf(masked).map(sha256));
  expect(isZeros(image, 1)).toBe(true);
  // It is the same image, by which a write is begun.
  expect([image.sha256, image.length]).toEqual([whole.sha256, bytes.length]);
  const sent: Buffer[] = [];
  for await (const chunk of checkedChunks(image)) sent.push(chunk.bytes);
  expect(Buffer.concat(sent).equals(masked)).toBe(true);
});

it('a change beside what is spared is found', async () => {
  writeFileSync(path, bytes);
  const whole = await indexImage({ path, raw: true });
  const image = await spareRanges(whole, ranges);
  const other = Buffer.from(bytes);
  other[600]! ^= 1;
  writeFileSync(path, other);
  const changed = { code: 'IMAGE_CHANGED', data: { path, chunk: 0 } };
  await expect(spareRanges(whole, ranges)).rejects.toMatchObject(changed);
  await expect(checkedChunks(image).next()).rejects.toMatchObject(changed);
  writeFileSync(path, bytes.subarray(0, chunkSize));
  await expect(spareRanges(whole, ranges)).rejects.toMatchObject({ code: 'IMAGE_CHANGED' });
});
