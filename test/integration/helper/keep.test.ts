/** How the helper keeps files, compiled with the sanitizers of the compiler: what is not the archive that it made ends it in words. */
import { execa } from 'execa';
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/shared/sha256.js';
import { Random } from '../../fuzz/random.js';
import { sanitizedHelper, sanitizerEnv } from './compile.js';

let folder: string;
let helper: string;
let archive: Buffer;
const env = { ...sanitizerEnv };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-keep-'));
  helper = await sanitizedHelper(join(folder, 'helper'));
  const old = join(folder, 'old/etc');
  await mkdir(join(old, 'd'.repeat(200)), { recursive: true });
  await writeFile(join(old, 'two\nlines'), 'of mine');
  await writeFile(join(old, 'd'.repeat(200), 'f'.repeat(200)), 'x'.repeat(70_000));
  await chmod(join(old, 'two\nlines'), 0o4600);
  await link(join(old, 'two\nlines'), join(old, 'again'));
  await symlink(`/${'l'.repeat(300)}`, join(old, 'link'));
  const words = ['keep-save', '100000', join(folder, 'old'), old, join(old, 'absent')];
  const saved = await execa(helper, words, {
    ...{ env, encoding: 'buffer' as const, stripFinalNewline: false },
  });
  archive = Buffer.from(saved.stdout);
  expect(Buffer.from(saved.stderr).toString()).toBe(
    `levitate-keep absent 1\nlevitate-keep saved 6 70007 ${archive.length} ${sha256(archive)}\n`,
  );
  await mkdir(join(folder, 'place'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Puts an archive into a folder, or compares it with that; only root may have mounts of its own. */
const at = async (verb: 'keep-put' | 'keep-compare', name: string, input: Buffer) => {
  const place = join(folder, name);
  await mkdir(place, { recursive: true });
  const words = [verb, place, 'none', join(folder, 'place'), sha256(input)];
  const { exitCode, stdout, stderr } = await execa(helper, words, { env, input, reject: false });
  expect(stderr).toBe('');
  return { exitCode, stdout };
};

describe.skipIf(process.getuid?.() !== 0)('an archive of kept files', () => {
  test('is put, and put once more, and compares', async () => {
    for (let times = 0; times < 2; times++) {
      expect(await at('keep-put', 'new', archive)).toEqual({ exitCode: 0, stdout: '' });
      expect(await at('keep-compare', 'new', archive)).toEqual({ exitCode: 0, stdout: '' });
    }
    expect(await readFile(join(folder, 'new/etc/two\nlines'), 'utf8')).toBe('of mine');
    await chmod(join(folder, 'new/etc/again'), 0o600);
    const { exitCode, stdout } = await at('keep-compare', 'new', archive);
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'VERIFY_FAILED',
      message: expect.stringContaining('mode') as string,
    });
    expect(exitCode).toBe(1);
  });

  test('leads nowhere but down, by whatever links the new system has', async () => {
    await mkdir(join(folder, 'linked'));
    await symlink(join(folder, 'outside'), join(folder, 'linked/etc'));
    await mkdir(join(folder, 'outside'));
    await at('keep-put', 'linked', archive);
    expect(await readdir(join(folder, 'outside'))).toEqual([]);
  });

  test('that was changed anywhere is put or refused, in words', { timeout: 300_000 }, async () => {
    const random = new Random('kept files');
    for (let run = 0; run < 60; run++) {
      const changed = Buffer.from(archive);
      for (let times = random.below(5); times >= 0; times--)
        changed[random.below(3000)] = random.below(256);
      const { exitCode } = await at('keep-put', 'fuzzed', changed);
      expect([0, 1]).toContain(exitCode);
    }
  });
});
