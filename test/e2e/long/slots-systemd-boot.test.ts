/** systemd-boot under UEFI, by the names that levitate gives its entries: which slot starts, one power-on after the other. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { afterWrite, type LoaderState } from '../../../src/boot-loader/loader-place.js';
import { loaderOf } from '../../../src/boot-loader/loaders.js';
import { namesBytes, namesIn } from '../../../src/boot-loader/places/names.js';
import type { SlotChange } from '../../../src/boot-loader/slot-record.js';
import { slotsArtifacts } from '../../lab/index.js';
import { uefiLayout } from '../../lab/build/sbc-uefi.js';
import { copyDisk } from '../../lab/hardware.js';
import { startedSlots } from '../../lab/loader-machine.js';
import { minutes } from '../lines.js';

const loader = loaderOf({
  loader: 'systemd-boot',
  environment: [{ device: '/dev/vda1', file: '/loader/entries' }],
  slots: { a: {}, b: {} },
});
const conf = Buffer.from('default levitate-*\n');

let folder: string;
let disk: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-systemd-boot-'));
  disk = join(folder, 'disk.img');
  await copyDisk((await slotsArtifacts('sbc-uefi')).disk, disk);
}, minutes(10));

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A program of mtools, with the entries of the disk. */
const onEsp = (program: string, ...words: string[]) =>
  execa(program, ['-i', `${disk}@@${uefiLayout.esp.offset}`, ...words]);

async function state(): Promise<LoaderState> {
  const { stdout } = await onEsp('mdir', '-b', '::loader/entries');
  return { names: namesBytes(stdout.split('\n').map((path) => path.split('/').at(-1)!)), conf };
}

/** Makes a change as the device does. */
async function change(...changes: SlotChange[]): Promise<void> {
  for (const wanted of changes) {
    const before = await state();
    const after = loader.change(before, wanted).reduce(afterWrite, before);
    const [old, now] = [before, after].map(({ names }) => namesIn(names));
    const gone = old!.find((name) => !now!.includes(name));
    const made = now!.find((name) => !old!.includes(name));
    if (gone && made) await onEsp('mren', `::loader/entries/${gone}`, `::loader/entries/${made}`);
  }
}

const record = async () => loader.read(await state());

test('each change starts what it says', { timeout: minutes(30) }, async () => {
  const starts = async (slots: string) =>
    expect(await startedSlots(disk, slots.length, 'sbc-uefi')).toEqual([...slots]);
  await starts('a');
  await change({ do: 'disarm', slot: 'b' });
  await starts('a');
  await change({ do: 'stage-try', slot: 'b', tries: 2 });
  await starts('b');
  expect(await record()).toEqual({ stable: 'a', trial: { slot: 'b', left: 1 } });
  await starts('baa');
  expect(await record()).toEqual({ stable: 'a', trial: { slot: 'b', left: 0 } });
  await change({ do: 'confirm', slot: 'b' });
  await starts('bb');
  await change({ do: 'rollback', slot: 'a' });
  await starts('a');
  expect(await record()).toEqual({ stable: 'a', previous: 'b' });
});

test(
  'a name that was made, with the old one still there, starts what it says',
  { timeout: minutes(20) },
  async () => {
    await change({ do: 'disarm', slot: 'b' }, { do: 'stage-try', slot: 'b', tries: 1 });
    const staged = namesIn((await state()).names).find((name) => name.includes('+1'))!;
    await onEsp('mcopy', `::loader/entries/${staged}`, '::loader/entries/levitate-1-b.conf');
    expect(await startedSlots(disk, 2, 'sbc-uefi')).toEqual(['b', 'a']);
  },
);
