/** The helper compares bytes word by word: bytes.c tries each place at which they may differ. */
import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sanitizerEnv } from './compile.js';

test('bytes that differ anywhere are not the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'levitate-bytes-'));
  try {
    const program = join(folder, 'bytes');
    const sources = ['test/integration/helper/bytes.c', 'initramfs/helper/bytes.c'];
    const checked = [
      '-std=c11',
      '-O1',
      '-fsanitize=address,undefined',
      '-fno-sanitize-recover=all',
    ];
    await execa('gcc', [...checked, '-o', program, ...sources]);
    expect(await execa(program, { env: sanitizerEnv })).toMatchObject({ stdout: '', stderr: '' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
