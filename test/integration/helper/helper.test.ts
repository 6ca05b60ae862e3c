/** The helper by itself, compiled with the sanitizers of the compiler, on files. */
import { execa } from 'execa';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Random } from '../../fuzz/random.js';
import { helperTrial } from '../../fuzz/targets/helper.js';
import { sha256 } from '../../../src/shared/sha256.js';
import { sanitizedHelper, sanitizerEnv } from './compile.js';
import { deflateRawSync, constants as zlib } from 'node:zlib';
import { deflatedFrame, deflatedLine, frame } from './frame.js';

const mebi = 1024 * 1024;

let folder: string;
let helper: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-helper-'));
  helper = await sanitizedHelper(join(folder, 'helper'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let medium: string;
beforeEach(async () => {
  medium = join(folder, 'medium');
  await rm(join(folder, 'state'), { recursive: true, force: true });
  await mkdir(join(folder, 'state/lease'), { recursive: true });
  await writeFile(join(folder, 'state/lease/1'), '');
});

interface Said {
  type: string;
  index: number;
  sha256: string;
  next: number;
  header: string;
  code: string;
  message: string;
}

/** Runs a verb; what a sanitizer says fails the test. */
async function run(words: (string | number)[], input: Buffer = Buffer.alloc(0)) {
  const env = { LEVITATE_STATE: join(folder, 'state'), ...sanitizerEnv };
  const ended = await execa(helper, words.map(String), { input, env, reject: false });
  expect(ended.stderr).toBe('');
  const lines = ended.stdout.split('\n').filter((line) => line !== '');
  return { exit: ended.exitCode, said: lines.map((line) => JSON.parse(line) as Said) };
}

describe('sum', () => {
  const lengths = [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 1000, 65535, 65537, 200_001];
  test.each(lengths)('of %i bytes, by plain code and by instructions', async (length) => {
    const bytes = randomBytes(length);
    for (const how of ['plain', 'fast']) {
      const { stdout } = await execa(helper, ['sum', how], { input: bytes });
      expect(stdout).toBe(sha256(bytes));
    }
  });
});

describe('check', () => {
  const digest = (name: string, bytes: Buffer) => `${sha256(bytes)}  ${join(folder, name)}\n`;
  const check = (list: string) =>
    execa(helper, ['check', '-'], { input: list, reject: false, env: sanitizerEnv });

  test('of files that are what the list says, and of one that is not', async () => {
    const [one, two] = [randomBytes(200_000), Buffer.alloc(0)];
    await writeFile(join(folder, 'one'), one);
    await writeFile(join(folder, 'two'), two);
    const list = digest('one', one) + digest('two', two);
    expect(await check(list)).toMatchObject({ exitCode: 0, stderr: '' });
    one[199_999]! ^= 1;
    await writeFile(join(folder, 'one'), one);
    const differs = await check(list);
    expect(differs.exitCode).toBe(1);
    expect(differs.stderr).toBe(`${join(folder, 'one')} is not what it was`);
  });

  test.each(['', 'x\n', `${'0'.repeat(64)}  none\n`, `${'0'.repeat(64)}  no end`])(
    'of what proves nothing fails: %j',
    async (list) => expect((await check(list)).exitCode).toBe(1),
  );
});

describe('hash', () => {
  test.each([1, 511, mebi - 1, mebi, mebi + 1, 3 * mebi + 512])(
    'of an image of %i bytes',
    async (length) => {
      const bytes = randomBytes(length);
      await writeFile(medium, Buffer.concat([bytes, randomBytes(5 * mebi)]));
      const { exit, said } = await run(['hash', medium, mebi, length, 0, 0]);
      const pieces = Array.from({ length: Math.ceil(length / mebi) }, (_, index) =>
        sha256(bytes.subarray(index * mebi, (index + 1) * mebi)),
      );
      expect(exit).toBe(0);
      expect(said).toEqual(pieces.map((sha256, index) => ({ type: 'chunk', index, sha256 })));
    },
  );

  test('from a chunk in the middle on', async () => {
    const bytes = randomBytes(4 * mebi);
    await writeFile(medium, bytes);
    const { said } = await run(['hash', medium, mebi, bytes.length, 3, 0]);
    expect(said).toEqual([{ type: 'chunk', index: 3, sha256: sha256(bytes.subarray(3 * mebi)) }]);
  });

  test('the rest of the last eraseblock belongs to it, unless it is erased', async () => {
    const bytes = randomBytes(100_000);
    const erased = Buffer.concat([bytes, Buffer.alloc(131_072 - 100_000, 0xff)]);
    await writeFile(medium, erased);
    const whole = await run(['hash', medium, mebi, bytes.length, 0, 65_536]);
    expect(whole.said[0]?.sha256).toBe(sha256(bytes));
    erased[131_000] = 0;
    await writeFile(medium, erased);
    const dirty = await run(['hash', medium, mebi, bytes.length, 0, 65_536]);
    expect(dirty.said[0]?.sha256).toBe(sha256(erased));
  });

  test('a medium that ends too early is named with the place', async () => {
    await writeFile(medium, randomBytes(mebi + 10));
    const { exit, said } = await run(['hash', medium, mebi, 2 * mebi, 0, 0]);
    expect(exit).toBe(1);
    expect(said.at(-1)).toMatchObject({ type: 'error', code: 'VERIFY_FAILED' });
    expect(said.at(-1)?.message).toContain(`cannot be read at ${mebi}`);
  });
});

describe('hash-chosen', () => {
  const chosen = (length: number, lines: string, erase = 0) =>
    run(['hash-chosen', medium, mebi, length, erase], Buffer.from(lines));

  test('the chunks whose numbers come, in that order, twice where they come twice', async () => {
    const bytes = randomBytes(3 * mebi + 512);
    bytes.fill(0, mebi, 2 * mebi);
    await writeFile(medium, Buffer.concat([bytes, randomBytes(mebi)]));
    const { exit, said } = await chosen(bytes.length, '3\n1\n0\n1\n2\n');
    expect(exit).toBe(0);
    expect(said).toEqual(
      [3, 1, 0, 1, 2].map((index) => ({
        type: 'chunk',
        index,
        sha256: sha256(bytes.subarray(index * mebi, (index + 1) * mebi)),
      })),
    );
  });

  test('an answer comes before the next number is asked for', async () => {
    await writeFile(medium, randomBytes(2 * mebi));
    const env = { LEVITATE_STATE: join(folder, 'state'), ...sanitizerEnv };
    const child = execa(helper, ['hash-chosen', medium, `${mebi}`, `${2 * mebi}`, '0'], { env });
    const lines = child[Symbol.asyncIterator]();
    for (const index of [1, 0]) {
      child.stdin.write(`${index}\n`);
      expect(JSON.parse((await lines.next()).value as string)).toMatchObject({ index });
    }
    child.stdin.end();
    await child;
  });

  test.each(['2', 'x', '', '-1', '01', '99999999999999999999', '1'.repeat(30), '1 '])(
    'what is no number of a chunk ends it: %j',
    async (line) => {
      await writeFile(medium, randomBytes(2 * mebi));
      const { exit, said } = await chosen(2 * mebi, `0\n${line}\n1\n`);
      expect(exit).toBe(1);
      expect(said.map(({ type }) => type)).toEqual(['chunk', 'error']);
      expect(said[1]?.code).toBe('USAGE');
    },
  );

  test('no number at all, and one without an end, are an end', async () => {
    await writeFile(medium, randomBytes(2 * mebi));
    expect(await chosen(2 * mebi, '')).toEqual({ exit: 0, said: [] });
    expect(await chosen(2 * mebi, '1')).toEqual({ exit: 0, said: [] });
  });

  test('zeros with something behind them in their eraseblock are not zeros', async () => {
    const dirty = Buffer.alloc(2 * 65_536, 0xff).fill(0, 0, 70_000);
    await writeFile(medium, dirty);
    const clean = await chosen(70_000, '0\n', 65_536);
    expect(clean.said[0]?.sha256).toBe(sha256(Buffer.alloc(70_000)));
    dirty[131_000] = 0;
    await writeFile(medium, dirty);
    const after = await chosen(70_000, '0\n', 65_536);
    expect(after.said[0]?.sha256).toBe(sha256(dirty));
  });
});

describe('eraseblocks', () => {
  test('their headers, as hex', async () => {
    const bytes = randomBytes(4 * 4096);
    await writeFile(medium, bytes);
    const { exit, said } = await run(['headers', medium, 4096, 4, 1]);
    expect(exit).toBe(0);
    expect(said).toEqual(
      [1, 2, 3].map((index) => ({
        type: 'peb',
        index,
        header: bytes.subarray(index * 4096, index * 4096 + 64).toString('hex'),
      })),
    );
  });

  test('groups of them without their headers, and where the next one begins', async () => {
    const bytes = randomBytes(5 * 4096);
    await writeFile(medium, bytes);
    const body = (index: number) => bytes.subarray(index * 4096 + 64, (index + 1) * 4096);
    const { said } = await run(['hash-pebs', medium, 4096, 5, 7, 2, 3, 1]);
    expect(said).toEqual([
      {
        ...{ type: 'chunk', index: 7, next: 3 },
        sha256: sha256(Buffer.concat([body(1), body(2)])),
      },
      { type: 'chunk', index: 8, sha256: sha256(body(3)), next: 4 },
    ]);
  });

  test('an MTD that is too small is named', async () => {
    await writeFile(medium, randomBytes(4096));
    const { exit, said } = await run(['hash-pebs', medium, 4096, 1, 0, 2, 2, 0]);
    expect([exit, said.at(-1)?.code]).toEqual([1, 'VERIFY_FAILED']);
  });
});

describe('feed-block', () => {
  const image = randomBytes(40 * mebi + 777);
  const pieces = Array.from({ length: 41 }, (_, index) =>
    image.subarray(index * mebi, (index + 1) * mebi),
  );
  const frameOf = (index: number): Buffer => frame(index, image);
  const feed = (frames: Buffer[], lease = 1) =>
    run(['feed-block', medium, lease, image.length, mebi], Buffer.concat(frames));
  const end = Buffer.from('end\n');
  const behind = randomBytes(5000);
  beforeEach(() => writeFile(medium, Buffer.concat([Buffer.alloc(image.length), behind])));

  test('writes each chunk at its place and nothing else, the first one last', async () => {
    const order = [...pieces.keys()].slice(1).concat(0);
    const zero = Buffer.from(`zero 0 ${mebi}\n`);
    const { exit, said } = await feed([zero, ...order.map(frameOf), end]);
    expect(exit).toBe(0);
    expect(said.map(({ type, index }) => [type, index])).toEqual(
      [0, ...order].map((index) => ['written', index]),
    );
    expect((await readFile(medium)).equals(Buffer.concat([image, behind]))).toBe(true);
  });

  test('a write that fails ends it although nothing more comes: the host waits for what was written', async () => {
    const env = { LEVITATE_STATE: join(folder, 'state'), ...sanitizerEnv };
    const words = ['feed-block', '/dev/full', 1, image.length, mebi].map(String);
    const feeding = execa(helper, words, { env, reject: false });
    feeding.stdin.write(frameOf(1));
    const { exitCode, stdout } = await feeding;
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/"code":"WRITE_FAILED","message":"writing chunk 1 of .dev.full failed/);
  });

  test('a cut ends it between two chunks, and what was taken is told', async () => {
    const { exit, said } = await feed([frameOf(1), frameOf(2).subarray(0, 5000)]);
    expect(exit).toBe(1);
    expect(said.map(({ type }) => type)).toEqual(['written', 'error']);
    expect(said.at(-1)?.code).toBe('CONNECTION_LOST');
    const now = await readFile(medium);
    expect(now.subarray(mebi, 2 * mebi).equals(pieces[1]!)).toBe(true);
    expect(now.subarray(2 * mebi, image.length).every((byte) => byte === 0)).toBe(true);
  });

  test('a lease that somebody else has taken since writes nothing', async () => {
    await writeFile(join(folder, 'state/lease/2'), '');
    const { exit, said } = await feed([frameOf(1), end]);
    expect([exit, said]).toEqual([4, []]);
    expect((await readFile(medium)).subarray(mebi, 2 * mebi).every((byte) => byte === 0)).toBe(
      true,
    );
  });

  test('a medium that is gone does not become a file', async () => {
    await rm(medium);
    const { exit, said } = await feed([frameOf(1), end]);
    expect([exit, said[0]?.code]).toEqual([1, 'WRITE_FAILED']);
    await expect(readFile(medium)).rejects.toThrow('ENOENT');
  });
});

describe('compressed chunks', () => {
  /** Words that come again, long runs, pieces of noise: all of the format's lengths and distances. */
  const image = (() => {
    const random = new Random('compressed chunks');
    const words = Array.from({ length: 200 }, () => randomBytes(1 + random.below(300)));
    const pieces: Buffer[] = [];
    for (let length = 0; length < 3 * mebi;) {
      const piece = random.once(9)
        ? Buffer.alloc(random.below(70_000), random.below(256))
        : random.pick(words);
      pieces.push(piece);
      length += piece.length;
    }
    return Buffer.concat(pieces).subarray(0, 2 * mebi + 4321);
  })();
  const feed = (frames: Buffer[]) =>
    run(['feed-block', medium, 1, image.length, mebi], Buffer.concat(frames));
  const end = Buffer.from('end\n');
  const first = image.subarray(0, mebi);
  beforeEach(() => writeFile(medium, Buffer.alloc(image.length)));

  test.each([
    ['stored', { level: 0 }],
    ['the codes of the format', { strategy: zlib.Z_FIXED }],
    ['no repetitions', { strategy: zlib.Z_HUFFMAN_ONLY }],
    ['runs', { strategy: zlib.Z_RLE }],
    ['fast', { level: 1 }],
    ['small', { level: 9, memLevel: 9 }],
    ['many blocks', { level: 6, memLevel: 1 }],
  ] as const)('%s', async (_, how) => {
    const { exit, said } = await feed(
      [0, 1, 2].map((i) => deflatedFrame(i, image, how)).concat(end),
    );
    expect([exit, said.map(({ type }) => type)]).toEqual([0, ['written', 'written', 'written']]);
    expect((await readFile(medium)).equals(image)).toBe(true);
  });

  const packed = deflateRawSync(first);
  const refused: [string, Buffer, string][] = [
    ['of nothing', Buffer.alloc(0), 'WRITE_FAILED'],
    ['that ends early', packed.subarray(0, -1), 'WRITE_FAILED'],
    ['with something behind it', Buffer.concat([packed, Buffer.from('x')]), 'WRITE_FAILED'],
    ['of fewer bytes', deflateRawSync(first.subarray(1)), 'WRITE_FAILED'],
    ['of more bytes', deflateRawSync(image.subarray(0, mebi + 1)), 'WRITE_FAILED'],
    ['of other bytes', deflateRawSync(randomBytes(mebi)), 'WRITE_FAILED'],
    ['of a block type that is none', Buffer.from([0b111, 0, 0]), 'WRITE_FAILED'],
    ['with a distance to before the beginning', Buffer.from([0x03, 0x02, 0x00]), 'WRITE_FAILED'],
    ['with a stored length that is denied', Buffer.from([1, 5, 0, 5, 0]), 'WRITE_FAILED'],
  ];
  test.each(refused)('a stream %s writes nothing', async (_, stream, code) => {
    const { exit, said } = await feed([deflatedLine(0, first, stream), end]);
    expect([exit, said.map((line) => line.code)]).toEqual([1, [code]]);
    expect((await readFile(medium)).every((byte) => byte === 0)).toBe(true);
  });

  test('a cut inside one is a cut', async () => {
    const { said } = await feed([deflatedFrame(1, image, {}).subarray(0, -20)]);
    expect(said).toMatchObject([{ type: 'error', code: 'CONNECTION_LOST' }]);
  });

  test('bits that are wrong anywhere', async () => {
    const random = new Random('bits');
    const wrong = Array.from({ length: 40 }, () => {
      const bytes = Buffer.from(packed.subarray(0, 1 + random.below(packed.length)));
      bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
      return bytes;
    });
    for (const stream of wrong)
      expect((await feed([deflatedLine(0, first, stream), end])).said).toMatchObject([
        { type: 'error', code: 'WRITE_FAILED' },
      ]);
  });
});

test('frames that hold anything', async () => {
  const trial = await helperTrial(helper, folder);
  for (let number = 0; number < 60; number += 1) await trial(new Random(`helper ${number}`));
});

test('what this process has in use, and a process whose name is made to mislead', async () => {
  const rename = "printf 'a) S 2\\t(b' >/proc/$$/comm; echo; read -r _";
  const misleading = spawn('/usr/bin/busybox', ['sh', '-c', rename]);
  try {
    await once(misleading.stdout, 'data');
    const { stdout, stderr, exitCode } = await execa(helper, ['usage', '-'], { env: sanitizerEnv });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    const lines = stdout.split('\n');
    expect(lines).toContain(`S\t${misleading.pid}\t${process.pid}\ta) S 2 (b`);
    const { dev } = await stat('/usr/bin/busybox');
    expect(lines).toContain(`X\t${dev}`);
    expect(lines).toContain(`R\t${misleading.pid}\texe\t${dev}\tr\t0\t0`);
    for (const letter of ['A', 'K'])
      expect(lines.some((line) => line.startsWith(`${letter}\t${process.pid}\t`))).toBe(true);
    const told = lines.filter((line) => line.startsWith('M\t'));
    const mounts = (await readFile('/proc/1/mountinfo', 'utf8')).trim().split('\n');
    expect(told.length).toBeGreaterThanOrEqual(mounts.length);
    expect(new Set(told.map((line) => line.split('\t')[7])).size).toBe(told.length);
  } finally {
    misleading.kill('SIGKILL');
  }
});

test('words that are no verb are told what there is', async () => {
  const { exitCode, stderr } = await execa(helper, ['hash', 'x', '1', '2', '3', '-4'], {
    reject: false,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('helper hash NODE CHUNK LENGTH FIRST ERASE');
});
