import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeNew, writeWhole } from '../../../src/shared/atomic-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-atomic-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.each([writeNew, writeWhole])('%o leaves the file and nothing beside it', async (write) => {
  await write(join(folder, 'below', 'file'), 'text');
  expect(await readFile(join(folder, 'below', 'file'), 'utf8')).toBe('text');
  expect(await readdir(join(folder, 'below'))).toEqual(['file']);
});

it('writeNew leaves what is there as it was', async () => {
  await writeFile(join(folder, 'file'), 'old');
  await expect(writeNew(join(folder, 'file'), 'new')).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['file']);
});
