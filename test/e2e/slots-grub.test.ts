/** GRUB with the configuration of docs/how-to/slots, by what levitate writes for it: which slot starts, one power-on after the other. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SlotChange } from '../../src/boot-loader/slot-record.js';
import { slotsArtifacts } from '../lab/index.js';
import { startedSlots } from '../lab/loader-machine.js';
import { copySparse } from '../lab/hardware.js';
import { loaderFile } from '../lab/loader-file.js';
import { minutes } from './lines.js';
import { changeBlock, readBlock } from '../grub-block.js';

let folder: string;
let disk: string;
let file: Awaited<ReturnType<typeof loaderFile>>;
let factory: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-slots-'));
  disk = join(folder, 'disk.img');
  await copySparse((await slotsArtifacts()).disk, disk);
  file = await loaderFile(disk);
  factory = await file.read();
}, minutes(10));

afterAll(() => rm(folder, { recursive: true, force: true }));

const disarm: SlotChange = { do: 'disarm', slot: 'b' };
const stage: SlotChange = { do: 'stage-try', slot: 'b', tries: 2 };
const confirm: SlotChange = { do: 'confirm', slot: 'b' };
const rollback: SlotChange = { do: 'rollback', slot: 'a' };

const after = (...changes: SlotChange[]): Uint8Array =>
  changes.reduce<Uint8Array>((block, change) => changeBlock(block, change), factory);

/** What a power cut before and after each change leaves, and what starts then. */
const states: [name: string, changes: SlotChange[], starts: string][] = [
  ['as delivered', [], 'a a'],
  ['after disarm', [disarm], 'a a'],
  ['after stage-try', [disarm, stage], 'b b a a'],
  ['after confirm', [disarm, stage, confirm], 'b b'],
  ['after a trial was taken back', [disarm, stage, rollback], 'a a'],
  ['after a rollback', [disarm, stage, confirm, rollback], 'a a'],
];

test.each(states)('%s', { timeout: minutes(5) }, async (_, changes, starts) => {
  const wanted = starts.split(' ');
  await file.write(after(...changes));
  expect(await startedSlots(disk, wanted.length)).toEqual(wanted);
});

test('GRUB takes each try, and leaves all else of its block', { timeout: minutes(5) }, async () => {
  await file.write(after(disarm, stage));
  for (const left of [1, 0]) {
    await startedSlots(disk, 1);
    const block = await file.read();
    expect(readBlock(block)).toEqual({ stable: 'a', trial: { slot: 'b', left } });
    expect(block.subarray(512)).toEqual(Buffer.from(after(disarm, stage)).subarray(512));
  }
});

test(
  'a change that was torn between sectors starts a slot that is whole',
  {
    timeout: minutes(5),
  },
  async () => {
    const [from, to] = [after(disarm), after(disarm, stage)];
    await file.write(Buffer.concat([to.subarray(0, 512), from.subarray(512)]));
    expect(await startedSlots(disk, 1)).toEqual(['b']);
    await file.write(Buffer.concat([from.subarray(0, 512), to.subarray(512)]));
    expect(await startedSlots(disk, 1)).toEqual(['a']);
  },
);

test('a block that GRUB cannot read starts the first slot', { timeout: minutes(5) }, async () => {
  await file.write(Buffer.alloc(1024));
  expect(await startedSlots(disk, 1)).toEqual(['a']);
});
