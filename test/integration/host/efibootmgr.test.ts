/** Boot entries and orders of levitate as efibootmgr reads and writes them; a folder stands for efivarfs. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { numbersVariable } from '../../../src/boot-loader/efi/variable.js';
import type { LoaderState } from '../../../src/boot-loader/loader-place.js';
import { loaderOf } from '../../../src/boot-loader/loaders.js';
import { globalVendor } from '../../../src/boot-loader/places/variable.js';
import type { SlotChange } from '../../../src/boot-loader/slot-record.js';
import { bootEntry } from '../../boot-entry.js';

const folder = await mkdtemp(join(tmpdir(), 'levitate-efi-'));
afterAll(() => rm(folder, { recursive: true }));

const loader = loaderOf({
  loader: 'efi',
  environment: [],
  slots: {
    a: { starts: { file: '/a/vmlinuz', options: 'root=a' } },
    b: { starts: { file: '/b/vmlinuz', options: 'root=b' } },
  },
});

const fileOf = (name: string): string => join(folder, `${name}-${globalVendor}`);

async function efibootmgr(...words: string[]): Promise<string[]> {
  const env = { EFIVARFS_PATH: `${folder}/` };
  const { stdout } = await execa('efibootmgr', words, { env });
  return stdout.split('\n').map((line) => line.replaceAll(/\s+/g, ' '));
}

/** What the folder holds, as the device tells it. */
async function state(): Promise<LoaderState> {
  const names = (await readdir(folder)).map((name) => name.split('-')[0]!);
  const numbers = names.flatMap((name) => /^Boot([0-9A-F]{4})$/.exec(name)?.[1] ?? []);
  const found: Record<string, Uint8Array> = {
    numbers: Buffer.from(numbers.map((number) => `${number}\n`).join('')),
  };
  for (const [place, { words }] of Object.entries(loader.places(found)))
    if (place !== 'numbers')
      found[place] = await readFile(join(folder, words[0]!)).catch(() => Buffer.alloc(0));
  return found;
}

async function change(wanted: SlotChange): Promise<void> {
  const before = await state();
  for (const { place, bytes } of loader.change(before, wanted)) {
    const file = join(folder, loader.places(before)[place]!.words[0]!);
    await (bytes.length === 0 ? rm(file) : writeFile(file, bytes));
  }
}

test('both read and write the same entries', async () => {
  await writeFile(fileOf('Boot0003'), bootEntry('slot a', '\\a\\vmlinuz', 'root=a'));
  await writeFile(fileOf('Boot0007'), bootEntry('PXE', undefined, ''));
  await writeFile(fileOf('BootOrder'), numbersVariable([3, 7]));
  await change({ do: 'stage-try', slot: 'b', tries: 1 });
  const told = await efibootmgr('-v');
  expect(told).toContain('BootNext: 1001');
  expect(told).toContain('BootOrder: 0003,1001,0007');
  const partition = 'HD(1,GPT,04030201-0605-0807-090a-0b0c0d0e0f10,0x800,0x18000)';
  const entry = (number: string) => told.find((line) => line.startsWith(`Boot${number}*`));
  expect(entry('1000')).toMatch(`levitate b ${partition}/File(\\b\\vmlinuz)`);
  expect(entry('1001')).toMatch(`levitate b, on trial ${partition}/File(\\b\\vmlinuz)`);
  // It shows what an entry is given byte by byte.
  expect(entry('1001')?.replaceAll('.', '')).toContain('root=b levitatetrial');
  expect(loader.read(await state())).toEqual({ stable: 'a', trial: { slot: 'b', left: 1 } });

  await change({ do: 'rollback', slot: 'a' });
  expect((await efibootmgr()).join()).not.toContain('BootNext');
  expect(loader.read(await state())).toEqual({ stable: 'a', trial: { slot: 'b', left: 0 } });
  await efibootmgr('--bootorder', '7,1000,3');
  expect(loader.read(await state())).toEqual({ stable: 'b', previous: 'a' });
  await change({ do: 'rollback', slot: 'a' });
  expect(await efibootmgr()).toContain('BootOrder: 0007,0003,1000');
  await efibootmgr('--bootnext', '0007');
  const somebodyElse = await state();
  expect(() => loader.read(somebodyElse)).toThrow(/Boot0007/);
});
