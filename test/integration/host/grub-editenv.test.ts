/** Blocks of levitate as GRUB's own program reads and writes them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { changeBlock, readBlock } from '../../grub-block.js';

const folder = await mkdtemp(join(tmpdir(), 'levitate-grubenv-'));
const file = join(folder, 'grubenv');
afterAll(() => rm(folder, { recursive: true }));

const editenv = async (...words: string[]): Promise<string[]> =>
  (await execa('grub-editenv', [file, ...words])).stdout.split('\n');

test('both read and write the same block', async () => {
  await editenv('create');
  await editenv('set', 'lv_default=a', 'saved_entry=Debian, with \\ in it', 'next_entry=');
  const others = (await editenv('list')).slice(1);
  let block: Uint8Array = await readFile(file);
  for (const tries of [1, 2, 3]) {
    block = changeBlock(block, { do: 'stage-try', slot: 'b', tries });
    await writeFile(file, block);
    expect(await editenv('list')).toEqual([
      ...['lv_default=a', 'lv_next=b', `lv_tries=${tries}`],
      ...others,
    ]);
  }
  await editenv('set', 'lv_tries=0', 'another=variable');
  const written = await readFile(file);
  expect(readBlock(written)).toEqual({ stable: 'a', trial: { slot: 'b', left: 0 } });
  await writeFile(file, changeBlock(written, { do: 'confirm', slot: 'b' }));
  expect(await editenv('list')).toEqual([
    ...['lv_default=b', 'lv_previous=a'],
    ...[...others, 'another=variable'],
  ]);
});
