/** Environments of levitate as U-Boot's own mkenvimage and fw_printenv read and write them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import type { LoaderState } from '../../../src/boot-loader/loader-place.js';
import type { SlotChange } from '../../../src/boot-loader/slot-record.js';
import { readCopy } from '../../../src/boot-loader/u-boot/environment.js';
import { statesOf, uBoot } from '../../u-boot-copies.js';

const folder = await mkdtemp(join(tmpdir(), 'levitate-u-boot-env-'));
const files = ['copy-1', 'copy-2'].map((name) => join(folder, name));
const config = join(folder, 'fw_env.config');
afterAll(() => rm(folder, { recursive: true }));

const text = 'altbootcmd=if test $x; then run y; fi\nslot=a\nother=with = and \\ in it\n';
const changes: SlotChange[] = [
  { do: 'disarm', slot: 'b' },
  { do: 'stage-try', slot: 'b', tries: 2 },
  { do: 'confirm', slot: 'b' },
];

/** Makes copies as a factory does. */
async function factory(...words: string[]): Promise<LoaderState> {
  await writeFile(join(folder, 'text'), text);
  for (const file of files)
    await execa('mkenvimage', [...words, '-s', '0x1000', '-o', file, join(folder, 'text')]);
  return copies();
}

const copies = async (): Promise<LoaderState> => ({
  'copy-1': await readFile(files[0]!),
  'copy-2': await readFile(files[1]!),
});

const write = (state: LoaderState): Promise<unknown> =>
  Promise.all(files.map((file, index) => writeFile(file, state[`copy-${index + 1}`]!)));

async function printed(): Promise<Record<string, string>> {
  const { stdout } = await execa('fw_printenv', ['-c', config], { cwd: folder });
  return Object.fromEntries(
    stdout.split('\n').map((line) => {
      const [name = '', ...value] = line.split('=');
      return [name, value.join('=')];
    }),
  );
}

test('a pair: both read the same, after each change and each torn write', async () => {
  await writeFile(config, files.map((file) => `${file} 0x0 0x1000\n`).join(''));
  const loader = uBoot();
  let state = await factory('-r');
  expect(loader.read(state)).toEqual({ stable: 'a' });
  for (const change of changes) {
    const [from, to] = [state, statesOf(loader, state, change).at(-1)!];
    // After each of the sectors of the copy that is written.
    for (const at of [0, 512, 2048, 4096]) {
      const torn = Object.fromEntries(
        Object.keys(from).map((name) => [
          name,
          Buffer.concat([to[name]!.subarray(0, at), from[name]!.subarray(at)]),
        ]),
      );
      await write(torn);
      const { slot, lv_trial: trial, other } = await printed();
      expect(other).toBe('with = and \\ in it');
      expect([slot, trial]).toEqual(slotAndTrial(torn));
    }
    state = to;
  }
  expect(loader.read(state)).toEqual({ stable: 'b', previous: 'a' });
});

/** The two variables by the copy that levitate takes for the newer one. */
function slotAndTrial(state: LoaderState): (string | undefined)[] {
  const record = uBoot().read(state);
  const runs = record.trial && record.trial.left > 0 ? record.trial.slot : record.stable;
  return [runs, record.trial?.slot];
}

test('what fw_setenv has written is read, past the turn of the count', async () => {
  const made = await factory('-r');
  const counted = (name: string, flag: number) => Buffer.from(made[name]!).fill(flag, 4, 5);
  await write({ 'copy-1': counted('copy-1', 252), 'copy-2': counted('copy-2', 251) });
  for (let count = 0; count < 8; count += 1) {
    await execa('fw_setenv', ['-c', config, 'count', String(count)]);
    const state = await copies();
    expect(uBoot().read(state)).toEqual({ stable: 'a' });
    await write(statesOf(uBoot(), state, { do: 'stage-try', slot: 'b', tries: 2 }).at(-1)!);
    const now = await printed();
    expect([now['count'], now['slot'], now['lv_trial']]).toEqual([String(count), 'b', 'b']);
    await write(state);
  }
});

test('one copy', async () => {
  await writeFile(config, `${files[0]} 0x0 0x1000\n`);
  const state = { 'copy-1': (await factory())['copy-1'] };
  const loader = uBoot({
    environment: [{ device: '/dev/vda1', file: '/uboot.env' }],
    acceptSingleCopy: true,
  });
  const after = statesOf(loader, state, changes[1]!).at(-1)!;
  await writeFile(files[0]!, after['copy-1']!);
  const now = await printed();
  expect([now['slot'], now['upgrade_available'], now['bootlimit']]).toEqual(['b', '1', '2']);
});

test('the byte order of another processor is kept', async () => {
  await writeFile(join(folder, 'text'), text);
  await execa('mkenvimage', ['-b', '-s', '0x1000', '-o', files[0]!, join(folder, 'text')]);
  const bytes = await readFile(files[0]!);
  const read = readCopy(bytes, false)!;
  expect(read.bigEndian).toBe(true);
  const loader = uBoot({
    environment: [{ device: '/dev/vda1', file: '/uboot.env' }],
    acceptSingleCopy: true,
  });
  const [written] = loader.change({ 'copy-1': bytes }, changes[0]!);
  expect(readCopy(written!.bytes, false)?.bigEndian).toBe(true);
});
