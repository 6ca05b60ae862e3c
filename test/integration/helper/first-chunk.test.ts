/** The helper writes the first chunk of a disk so that a power cut leaves nothing that starts half of it: writes.c notes the order. */
import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunkSize as chunk } from '../../../src/image/image.js';
import { sanitizedHelper, sanitizerEnv } from './compile.js';
import { frame } from './frame.js';

let folder: string;
let helper: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-first-'));
  helper = await sanitizedHelper(join(folder, 'helper'), 'addresses', {
    source: 'test/integration/helper/writes.c',
    wrapped: ['ioctl', 'pwrite64', 'fdatasync'],
  });
  await mkdir(join(folder, 'lease'));
  await writeFile(join(folder, 'lease/1'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Sends an image as the host does; gives what was written, in its order. */
async function writesOf(image: Buffer): Promise<string[]> {
  const disk = join(folder, 'disk');
  await writeFile(disk, Buffer.alloc(2 * chunk, 'Z'));
  const writes = join(folder, 'writes');
  await writeFile(writes, '');
  const first = Math.min(chunk, image.length);
  const rest = image.length > chunk ? [frame(1, image)] : [];
  const frames = [Buffer.from(`zero 0 ${first}\n`), ...rest, frame(0, image), Buffer.from('end\n')];
  await execa(helper, ['feed-block', disk, 1, image.length, chunk].map(String), {
    input: Buffer.concat(frames),
    env: { LEVITATE_STATE: folder, WRITES: writes, ...sanitizerEnv },
  });
  expect((await readFile(disk)).subarray(0, image.length).equals(image)).toBe(true);
  return (await readFile(writes, 'utf8')).trim().split('\n');
}

test('the first sector goes before all else and comes after all else, each with what it needs on the disk', async () => {
  expect(await writesOf(randomBytes(2 * chunk))).toEqual([
    ...['512 at 0', 'sync', '4096 at 0', 'sync', `${chunk} at 0`, 'sync', 'sync'],
    ...[`${chunk} at ${chunk}`, 'sync'],
    ...[`${chunk - 4096} at 4096`, 'sync', '4096 at 0', 'sync', '512 at 0', 'sync'],
  ]);
});

test.each([1, 511, 512, 513, 4095, 4096, 4097])('an image of %i bytes is whole', async (length) => {
  const writes = await writesOf(randomBytes(length));
  expect(writes.at(-1)).toBe('sync');
});
