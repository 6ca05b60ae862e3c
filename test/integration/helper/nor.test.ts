/** The helper writes an MTD in place, on what stands for a NOR flash: nor.c tells the contract. */
import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { chunkSize as chunk } from '../../../src/image/image.js';
import { sha256 } from '../../../src/shared/sha256.js';
import { sanitizedHelper, sanitizerEnv } from './compile.js';
import { frame } from './frame.js';

const block = 128 * 1024;
/** It ends inside an eraseblock of the second chunk. */
const image = randomBytes(chunk + block + 900);

let folder: string;
let helper: string;
let flash: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-nor-'));
  helper = await sanitizedHelper(join(folder, 'helper'), 'addresses', {
    source: 'test/integration/helper/nor.c',
    wrapped: ['ioctl', 'pwrite64'],
  });
  await mkdir(join(folder, 'lease'));
  await writeFile(join(folder, 'lease/1'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  flash = join(folder, 'flash');
  await writeFile(flash, Buffer.alloc(2 * chunk, 'Z'));
});

/** Sends an image as the host does; gives how it ended, and which eraseblocks were erased. */
async function feed(of: Buffer, settings: Record<string, string> = {}) {
  const log = join(folder, 'log');
  await writeFile(log, '');
  const frames = [`zero 0 ${chunk}\n`, frame(1, of), frame(0, of), 'end\n'];
  const ended = await execa(helper, ['feed-mtd', flash, 1, of.length, chunk, block].map(String), {
    input: Buffer.concat(frames.map((part) => Buffer.from(part))),
    env: {
      ...{ LEVITATE_STATE: folder, NOR_ERASE: String(block), NOR_LOG: log },
      ...sanitizerEnv,
      ...settings,
    },
    reject: false,
  });
  const erased = (await readFile(log, 'utf8')).trim().split('\n').map(Number);
  return { exit: ended.exitCode, signal: ended.signal, said: ended.stdout, erased };
}

/** What has to be there: the image, what is left of its last eraseblock erased, and the old content behind. */
const whole = (of: Buffer) =>
  Buffer.concat([
    of,
    Buffer.alloc(block - (of.length % block), 0xff),
    Buffer.alloc(2 * chunk - Math.ceil(of.length / block) * block, 'Z'),
  ]);

test('erases what differs, the first eraseblock before all, and writes it last', async () => {
  const first = await feed(image);
  expect(first.exit).toBe(0);
  expect(first.erased).toEqual([0, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect((await readFile(flash)).equals(whole(image))).toBe(true);
  const other = Buffer.from(image);
  for (const number of [3, 6, 9]) other[number * block + 500]! ^= 1;
  const second = await feed(other);
  expect(second.erased).toEqual([0, 9, 6, 3]);
  expect((await readFile(flash)).equals(whole(other))).toBe(true);
});

test.each([1, 2, 3, 5, 10])(
  'cut after erasure %i, nothing starts, and it is carried on',
  async (cut) => {
    const { signal } = await feed(image, { NOR_CUT: String(cut) });
    expect(signal).toBe('SIGKILL');
    expect((await readFile(flash)).subarray(0, block).every((byte) => byte === 0xff)).toBe(true);
    const again = await feed(image);
    expect(again.exit).toBe(0);
    expect((await readFile(flash)).equals(whole(image))).toBe(true);
  },
);

test('nothing starts from a first eraseblock whose erasure is cut in its middle', async () => {
  expect((await feed(image, { NOR_TORN: '0' })).signal).toBe('SIGKILL');
  const left = await readFile(flash);
  expect(left.subarray(0, 4096).every((byte) => byte === 0)).toBe(true);
  expect((await feed(image)).exit).toBe(0);
  expect((await readFile(flash)).equals(whole(image))).toBe(true);
});

test('an eraseblock that does not keep what is written is named, after two tries', async () => {
  const { exit, said, erased } = await feed(image, { NOR_STUCK: '4' });
  expect(exit).toBe(1);
  expect(said).toContain('"code":"WRITE_FAILED"');
  expect(said).toContain(`eraseblock 4 of ${flash} does not keep what is written to it`);
  expect(erased.filter((number) => number === 4)).toHaveLength(2);
  expect((await readFile(flash)).subarray(0, block).every((byte) => byte === 0xff)).toBe(true);
});

test('nothing starts from a first eraseblock that cannot be erased', async () => {
  const { exit, said } = await feed(image, { NOR_NO_ERASE: '0' });
  expect(exit).toBe(1);
  expect(said).toContain(`eraseblock 0 of ${flash} cannot be erased`);
  const left = await readFile(flash);
  expect(left.subarray(0, 4096).every((byte) => byte === 0)).toBe(true);
  expect(left.subarray(4096).every((byte) => byte === 'Z'.charCodeAt(0))).toBe(true);
});

test('which eraseblocks are locked is told in runs, and they are locked again as they were', async () => {
  const NOR_LOCKS = join(folder, 'locks');
  const run = (...words: (string | number)[]) =>
    execa(helper, words.map(String), {
      env: { NOR_ERASE: String(block), NOR_LOCKS, ...sanitizerEnv },
      reject: false,
    });
  const locked = '1101000000000011';
  await writeFile(NOR_LOCKS, locked);
  const { stdout } = await run('mtd-locked', flash);
  const ranges = stdout.split('\n');
  expect(ranges).toEqual([
    ...[`0 ${2 * block}`, `${3 * block} ${block}`, `${14 * block} ${2 * block}`],
  ]);
  await writeFile(NOR_LOCKS, '0'.repeat(16));
  expect((await run('mtd-locked', flash)).stdout).toBe('');
  for (const range of ranges) await run('mtd-lock', flash, ...range.split(' '));
  expect(await readFile(NOR_LOCKS, 'utf8')).toBe(locked);
  await rm(NOR_LOCKS);
  // A chip without locks has none, and cannot be locked.
  expect(await run('mtd-locked', flash)).toMatchObject({
    exitCode: 0,
    stdout: '',
  });
  expect(await run('mtd-lock', flash, 0, block)).toMatchObject({ exitCode: 1 });
});

test('a bad eraseblock belongs to no group of a UBI layout', async () => {
  const bytes = randomBytes(5 * block);
  await writeFile(flash, bytes);
  const words = ['hash-pebs', flash, block, 5, 0, 2, 3, 0];
  const env = { NOR_ERASE: String(block), NOR_BAD: '1', ...sanitizerEnv };
  const { exitCode, stdout } = await execa(helper, words.map(String), { env });
  const body = (index: number) => bytes.subarray(index * block + 64, (index + 1) * block);
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').map((line) => JSON.parse(line) as unknown)).toEqual([
    { type: 'chunk', index: 0, sha256: sha256(Buffer.concat([body(0), body(2)])), next: 3 },
    { type: 'chunk', index: 1, sha256: sha256(body(3)), next: 4 },
  ]);
});

test('eraseblocks that are spared are neither erased nor written, and read as zeros', async () => {
  // The first one, and the last one, of which the image has a part.
  const LEVITATE_SPARED = [0, 9].map((at) => `${at * block}-${(at + 1) * block}`).join(' ');
  const masked = Buffer.from(image);
  const there = whole(image);
  for (const at of [0, 9]) {
    masked.fill(0, at * block, Math.min(image.length, (at + 1) * block));
    there.fill('Z', at * block, (at + 1) * block);
  }
  const { exit, erased } = await feed(masked, { LEVITATE_SPARED });
  expect(exit).toBe(0);
  expect(erased).toEqual([1, 8, 7, 6, 5, 4, 3, 2]);
  expect((await readFile(flash)).equals(there)).toBe(true);
  const { stdout } = await execa(
    helper,
    ['hash', flash, chunk, image.length, 0, block].map(String),
    { env: { LEVITATE_STATE: folder, LEVITATE_SPARED, ...sanitizerEnv } },
  );
  const digests = stdout.split('\n').map((line) => (JSON.parse(line) as { sha256: string }).sha256);
  expect(digests).toEqual(
    [0, 1].map((at) => sha256(masked.subarray(at * chunk, (at + 1) * chunk))),
  );
});
