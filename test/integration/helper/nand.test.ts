/** The helper writes raw NAND, on what stands for a chip: nand.c tells the contract, and ends the helper where that is broken. */
import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chunkSize as chunk } from '../../../src/image/image.js';
import { sha256 } from '../../../src/shared/sha256.js';
import { sanitizedHelper, sanitizerEnv } from './compile.js';
import { frame } from './frame.js';

const block = 128 * 1024;
const page = 2048;
const blocks = 24;
/** It ends inside an eraseblock of the second chunk, and one of its pages is all ones. */
const image = randomBytes(chunk + 2 * block + 900).fill(0xff, 3 * block, 3 * block + page);

let folder: string;
let helper: string;
let flash: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-nand-'));
  helper = await sanitizedHelper(join(folder, 'helper'), 'addresses', {
    source: 'test/integration/helper/nand.c',
    wrapped: ['ioctl', 'pwrite64'],
  });
  await mkdir(join(folder, 'lease'));
  await writeFile(join(folder, 'lease/1'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  flash = join(folder, 'flash');
  await writeFile(flash, Buffer.alloc(blocks * block, 'Z'));
  env = {
    ...{ LEVITATE_STATE: folder, NAND_ERASE: `${block}`, NAND_PAGE: `${page}` },
    ...{ NAND_BAD: join(folder, 'bad'), NAND_LOG: join(folder, 'log') },
    ...sanitizerEnv,
  };
  await bad();
});

/** From now on these eraseblocks are marked as bad, and no others. */
const bad = (...numbers: number[]) =>
  writeFile(env['NAND_BAD']!, numbers.map((number) => `${number}\n`).join(''));
const list = (...numbers: number[]) => `,${numbers.join(',')},`;

/** Sends an image as the host does; gives how it ended, and what was erased and marked. */
async function feed(of: Buffer, settings: Record<string, string> = {}) {
  await writeFile(env['NAND_LOG']!, '');
  const last = Math.ceil(of.length / chunk) - 1;
  const rest = Array.from({ length: last }, (_, index) => frame(index + 1, of));
  const parts = [`zero 0 ${Math.min(chunk, of.length)}\n`, ...rest, frame(0, of), 'end\n'];
  const words = ['feed-nand', flash, 1, of.length, chunk, block, page].map(String);
  const { exitCode, signal, stdout, stderr } = await execa(helper, words, {
    input: Buffer.concat(parts.map((part) => Buffer.from(part))),
    env: { ...env, ...settings },
    reject: false,
  });
  const log = (await readFile(env['NAND_LOG']!, 'utf8')).trim().split('\n');
  const of_ = (what: string) =>
    log.filter((line) => line.startsWith(`${what} `)).map((line) => Number(line.split(' ')[1]));
  return { exit: exitCode, signal, said: stdout, stderr, erased: of_('erase'), marked: of_('bad') };
}

/** What lies in the good eraseblocks, in their order. */
async function good(...without: number[]): Promise<Buffer> {
  const bytes = await readFile(flash);
  const numbers = Array.from({ length: blocks }, (_, number) => number);
  return Buffer.concat(
    numbers
      .filter((number) => !without.includes(number))
      .map((number) => bytes.subarray(number * block, (number + 1) * block)),
  );
}
/** What has to be there: the image, what is left of its last eraseblock erased, and the old content behind. */
async function expectWhole(of: Buffer, ...without: number[]): Promise<void> {
  const found = await good(...without);
  const end = Math.ceil(of.length / block) * block;
  expect(found.subarray(0, of.length).equals(of)).toBe(true);
  expect(found.subarray(of.length, end).every((byte) => byte === 0xff)).toBe(true);
}
/** Nothing starts from the first good eraseblock. */
async function expectNothingStarts(...without: number[]): Promise<void> {
  expect((await good(...without)).subarray(0, block).every((byte) => byte === 0xff)).toBe(true);
}
/** As the host reads back. */
async function digests(of: Buffer): Promise<unknown[]> {
  const words = ['hash-good', flash, chunk, of.length, block].map(String);
  const { stdout } = await execa(helper, words, { env, input: '0\n1\n' });
  return stdout.split('\n').map((line) => (JSON.parse(line) as { sha256: string }).sha256);
}

describe('raw NAND', () => {
  test('what is written is read back through the same mapping, and once written not again', async () => {
    await bad(0, 5, 6);
    expect(await feed(image)).toMatchObject({ exit: 0, marked: [] });
    await expectWhole(image, 0, 5, 6);
    expect(await digests(image)).toEqual([
      sha256(image.subarray(0, chunk)),
      sha256(image.subarray(chunk)),
    ]);
    // Only the first chunk, which is made invalid each time.
    const again = await feed(image);
    expect(again.erased.every((number) => number < 11)).toBe(true);
    await expectWhole(image, 0, 5, 6);
  });

  test('the first good eraseblock is erased first and written last', async () => {
    await bad(0);
    const { erased } = await feed(image);
    expect(erased[0]).toBe(1);
    expect(erased.at(-1)).toBe(1);
  });

  test.each([
    ['cannot be erased', 'NAND_NO_ERASE'],
    ['cannot be written', 'NAND_NO_WRITE'],
    ['does not keep what is written', 'NAND_FORGETS'],
  ])('an eraseblock that %s is marked as bad and passed over', async (_, fault) => {
    const { exit, marked, stderr } = await feed(image, { [fault]: list(9) });
    expect(stderr).toBe('');
    expect(exit).toBe(0);
    expect(marked).toEqual([9]);
    await expectWhole(image, 9);
  });

  test('one of the first chunk that cannot be erased is known before the rest finds its place', async () => {
    const { exit, marked } = await feed(image, { NAND_NO_ERASE: list(0, 3) });
    expect(exit).toBe(0);
    expect(marked).toEqual([0, 3]);
    await expectWhole(image, 0, 3);
  });

  test.each([0, 4])(
    'where %i of the first chunk goes bad at last, the same again ends',
    async (number) => {
      const first = await feed(image, { NAND_NO_WRITE: list(number) });
      expect(first.exit).toBe(1);
      expect(first.said).toContain('the same command again');
      if (number !== 0) await expectNothingStarts(number);
      expect(await feed(image)).toMatchObject({ exit: 0, marked: [] });
      await expectWhole(image, number);
    },
  );

  test('an image of one chunk only moves on', async () => {
    const small = image.subarray(0, 4 * block - 77);
    const { exit, marked } = await feed(small, { NAND_NO_WRITE: list(2) });
    expect(exit).toBe(0);
    expect(marked).toEqual([2]);
    await expectWhole(small, 2);
  });

  test('a chip that keeps nothing is not marked to its end', async () => {
    const all = list(...Array.from({ length: blocks }, (_, number) => number));
    const { exit, said, marked } = await feed(image, { NAND_FORGETS: all });
    expect(exit).toBe(1);
    expect(said).toContain('4 eraseblocks of');
    expect(marked).toHaveLength(3);
  });

  test('where too few are good, the write ends and says so', async () => {
    await bad(...Array.from({ length: blocks - 10 }, (_, number) => number));
    const { exit, said } = await feed(image);
    expect(exit).toBe(1);
    expect(said).toContain('no good eraseblock left');
    await expectNothingStarts(...Array.from({ length: blocks - 10 }, (_, number) => number));
  });

  test('what is kept behind an image is never written, also where worn eraseblocks move that on', async () => {
    const kept = 12;
    const settings = { LEVITATE_SPARED: `${kept * block}-${(kept + 2) * block}` };
    expect(await feed(image, { ...settings, NAND_NO_WRITE: list(9) })).toMatchObject({ exit: 0 });
    await expectWhole(image, 9);
    await bad();
    await writeFile(flash, Buffer.alloc(blocks * block, 'Z'));
    const { exit, said, erased } = await feed(image, { ...settings, NAND_NO_WRITE: list(9, 10) });
    expect(exit).toBe(1);
    expect(said).toContain(
      'no good eraseblock left for what follows, before what the profile keeps',
    );
    expect(Math.max(...erased)).toBeLessThan(kept);
    await expectNothingStarts();
    const bytes = await readFile(flash);
    expect(bytes.subarray(kept * block).every((byte) => byte === 'Z'.charCodeAt(0))).toBe(true);
  });

  test.each([1, 4, 8, 9, 11, 14])(
    'cut after erasure %i, nothing starts, and it is carried on',
    async (cut) => {
      expect((await feed(image, { NAND_CUT: `${cut}` })).signal).toBe('SIGKILL');
      await expectNothingStarts();
      expect((await feed(image)).exit).toBe(0);
      await expectWhole(image);
    },
  );
});
