import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder } from '../../../src/shared/make-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('makes what is missing of a path, each with the mode, and leaves what is there', async () => {
  await makeFolder(join(folder, 'a'));
  await chmod(join(folder, 'a'), 0o711);
  await makeFolder(join(folder, 'a/b/c'), 0o700);
  await makeFolder(join(folder, 'a/b/c'), 0o755);
  const modes = ['a', 'a/b', 'a/b/c'].map(
    async (name) => (await stat(join(folder, name))).mode & 0o777,
  );
  expect(await Promise.all(modes)).toEqual([0o711, 0o700, 0o700]);
});

it('makes the same folder several times at once', async () => {
  await Promise.all(Array.from({ length: 8 }, () => makeFolder(join(folder, 'a/b/c'))));
  expect((await stat(join(folder, 'a/b/c'))).isDirectory()).toBe(true);
});

it('ends where a kernel makes no folders and says that the path is not there', async () => {
  // A call of the system that never ends would hold this process, too.
  const script = `import { makeFolder } from './src/shared/make-folder.ts';
    await makeFolder('/proc/.cache/levitate').catch((error) => console.log(error.code));`;
  const { stdout } = await execa(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    { timeout: 30_000, forceKillAfterDelay: 100, reject: false },
  );
  expect(stdout).toBe('ENOENT');
}, 60_000);

it('tells of a file in the place of a folder', async () => {
  const file = join(folder, 'file');
  await writeFile(file, 'text');
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(file, 'a/b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  expect(await readFile(file, 'utf8')).toBe('text');
});
