/** The GRUB of a Debian as it is, by what levitate writes for it: which slot starts, one power-on after the other. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loaderOf } from '../../src/boot-loader/loaders.js';
import { afterWrite, type LoaderState } from '../../src/boot-loader/loader-place.js';
import type { SlotChange } from '../../src/boot-loader/slot-record.js';
import { nextEntryDisk } from '../lab/build/next-entry.js';
import { startedSlots } from '../lab/loader-machine.js';
import { copySparse } from '../lab/hardware.js';
import { loaderFile } from '../lab/loader-file.js';
import { minutes } from './lines.js';

let folder: string;
let disk: string;
let file: Awaited<ReturnType<typeof loaderFile>>;
let factory: LoaderState;

const grub = loaderOf({
  loader: 'grub-next-entry',
  environment: [{ device: '/dev/vda2', file: '/grub/grubenv' }],
  slots: { a: {}, b: {} },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-next-entry-'));
  disk = join(folder, 'disk.img');
  await copySparse(await nextEntryDisk(), disk);
  file = await loaderFile(disk);
  factory = {
    block: await file.read(),
    config: await file.beside('grub.cfg'),
    custom: await file.beside('custom.cfg'),
  };
}, minutes(10));

afterAll(() => rm(folder, { recursive: true, force: true }));

const disarm: SlotChange = { do: 'disarm', slot: 'b' };
const stage: SlotChange = { do: 'stage-try', slot: 'b', tries: 1 };

const after = (...changes: SlotChange[]): Uint8Array =>
  changes.reduce((state, change) => grub.change(state, change).reduce(afterWrite, state), factory)[
    'block'
  ]!;

test(
  'one power-on starts the slot on trial, and GRUB takes the try before it does',
  { timeout: minutes(10) },
  async () => {
    await file.write(after(disarm));
    expect(await startedSlots(disk, 1)).toEqual(['a']);
    await file.write(after(disarm, stage));
    expect(await startedSlots(disk, 2)).toEqual(['b', 'a']);
    const state = { ...factory, block: await file.read() };
    expect(grub.read(state)).toEqual({ stable: 'a', trial: { slot: 'b', left: 0 } });
    await file.write(after(disarm, stage, { do: 'confirm', slot: 'b' }));
    expect(await startedSlots(disk, 1)).toEqual(['b']);
  },
);
