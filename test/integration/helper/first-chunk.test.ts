/** The helper writes the first chunk of a disk so that a power cut leaves nothing that starts half of it: writes.c notes the order. */
import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chunkSize as chunk } from '../../../src/image/image.js';
import { sha256 } from '../../../src/shared/sha256.js';
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
    // The first sector may start a rescue meanwhile: nothing overwrites it before its time.
    ...[`${chunk - 4096} at 4096`, 'sync', '3584 at 512', 'sync', '512 at 0', 'sync'],
  ]);
});

test.each([1, 511, 512, 513, 4095, 4096, 4097])('an image of %i bytes is whole', async (length) => {
  const writes = await writesOf(randomBytes(length));
  expect(writes.at(-1)).toBe('sync');
});

test('what the disk gives back as it came is told to be read back, and nothing else is', async () => {
  const image = randomBytes(6 * chunk);
  const disk = join(folder, 'drops');
  await writeFile(disk, Buffer.alloc(image.length, 'Z'));
  const order = [1, 2, 3, 5, 0];
  const frames = [
    `zero 0 ${chunk}\n`,
    ...order.map((index) => frame(index, image)),
    `zero 4 ${chunk}\n`,
    'end\n',
  ];
  const { stdout } = await execa(helper, ['feed-block', disk, 1, image.length, chunk].map(String), {
    input: Buffer.concat(frames.map((part) => Buffer.from(part))),
    env: {
      ...{ LEVITATE_STATE: folder, WRITES: '/dev/null', DROPPED: String(3 * chunk) },
      ...sanitizerEnv,
    },
  });
  const said = stdout.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(said.map((line) => [line['index'], line['read_back'] ?? false])).toEqual([
    [0, true],
    ...[1, 2].map((index) => [index, true]),
    [3, false],
    [5, true],
    [0, true],
    [4, true],
  ]);
});

/** Ranges as the flasher names them, in parts of the first chunk and of the second one. */
const spared = {
  text: '0-17408 40960-41472 1310720-2097152',
  ranges: [
    [0, 17408],
    [40960, 41472],
    [1310720, 2097152],
  ],
} as const;

test('what is spared is never written, and reads as zeros', async () => {
  const disk = join(folder, 'spared');
  const old = randomBytes(2 * chunk);
  await writeFile(disk, old);
  const writes = join(folder, 'spared-writes');
  await writeFile(writes, '');
  const masked = randomBytes(2 * chunk);
  const whole = Buffer.from(masked);
  for (const [from, to] of spared.ranges) {
    masked.fill(0, from, to);
    old.copy(whole, from, from, to);
  }
  const env = {
    ...{ LEVITATE_STATE: folder, LEVITATE_SPARED: spared.text, WRITES: writes },
    ...sanitizerEnv,
  };
  const frames = [
    `zero 0 ${chunk}\n`,
    frame(1, masked),
    `zero 1 ${chunk}\n`,
    frame(1, masked),
    frame(0, masked),
    'end\n',
  ];
  await execa(helper, ['feed-block', disk, 1, 2 * chunk, chunk].map(String), {
    input: Buffer.concat(frames.map((part) => Buffer.from(part))),
    env,
  });
  const done = (await readFile(writes, 'utf8')).trim().split('\n');
  const places = done.flatMap((line) => {
    const [, bytes, place] = /^(\d+) at (\d+)$/.exec(line) ?? [];
    return bytes === undefined ? [] : [[Number(place), Number(place) + Number(bytes)] as const];
  });
  expect(places.length).toBeGreaterThan(6);
  for (const [from, to] of spared.ranges)
    expect(places.filter((place) => place[0] < to && place[1] > from)).toEqual([]);
  expect((await readFile(disk)).equals(whole)).toBe(true);

  const read = async (verb: string[], input = '') => {
    const { stdout } = await execa(helper, [...verb, String(0)], { input, env });
    return stdout.split('\n').map((line) => (JSON.parse(line) as { sha256: string }).sha256);
  };
  const digests = [0, 1].map((index) =>
    sha256(masked.subarray(index * chunk, (index + 1) * chunk)),
  );
  const numbers = [chunk, 2 * chunk].map(String);
  expect(await read(['hash', disk, ...numbers, '0'])).toEqual(digests);
  expect(await read(['hash-chosen', disk, ...numbers], '1\n0\n')).toEqual(digests.toReversed());
});

test.each(['1', '2-1', '5-9 3-4', '0-512 100-600', '-1-2', 'a-b', `${'1-2 '.repeat(900)}`])(
  'ranges that are none (%s) end it before anything is written',
  async (LEVITATE_SPARED) => {
    const { exitCode, stdout } = await execa(
      helper,
      ['feed-block', '/dev/null', '1', '512', String(chunk)],
      {
        input: '',
        env: { LEVITATE_STATE: folder, LEVITATE_SPARED, WRITES: '/dev/null', ...sanitizerEnv },
        reject: false,
      },
    );
    expect([exitCode, JSON.parse(stdout)]).toEqual([1, expect.objectContaining({ code: 'USAGE' })]);
  },
);
