import { expect, test } from 'vitest';
import { loaderOf } from '../../../src/boot-loader/loaders.js';
import { afterWrite, type LoaderState } from '../../../src/boot-loader/loader-place.js';
import type { SlotChange } from '../../../src/boot-loader/slot-record.js';

const loader = loaderOf({
  loader: 'rpi-tryboot',
  environment: [{ device: '/dev/mmcblk0p1', file: '/autoboot.txt' }],
  slots: { a: { partition: 2 }, b: { partition: 3 } },
});

/** What a board tells that has started this partition, in one boot or another. */
const told = (partition: number, boot = 'aaaaaaaa-1'): LoaderState => ({
  partition: Buffer.from([0, 0, 0, partition]),
  devices: Buffer.from('Character devices:\n  1 mem\n100 vcio\n'),
  misc: undefined,
  boot: Buffer.from(`${boot}\n`),
});
const file = (text: string) => Buffer.from(text.padEnd(256, '\n'));
const fresh = '[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=2\n';
const after = (state: LoaderState, ...changes: SlotChange[]): LoaderState =>
  changes.reduce((now, change) => loader.change(now, change).reduce(afterWrite, now), state);
const partitions = ({ autoboot }: LoaderState) =>
  [
    ...Buffer.from(autoboot!)
      .toString()
      .matchAll(/boot_partition=(\d)/g),
  ].map(([, one]) => one);

const board = { ...told(2), autoboot: file(fresh) };
const disarm: SlotChange = { do: 'disarm', slot: 'b' };
const stage: SlotChange = { do: 'stage-try', slot: 'b', tries: 1 };

test('each change is one write of the file, and what the firmware starts by it', () => {
  expect(loader.read(board)).toEqual({ stable: 'a' });
  const disarmed = after(board, disarm);
  expect(partitions(disarmed)).toEqual(['2', '2']);
  expect(loader.read(disarmed)).toEqual({
    stable: 'a',
    trial: { slot: 'b', left: 0 },
    unfinished: 'b',
  });
  const staged = after(disarmed, stage);
  expect(partitions(staged)).toEqual(['2', '3']);
  expect(loader.read(staged)).toEqual({ stable: 'a', trial: { slot: 'b', left: 1 } });
  expect(loader.change(board, disarm)).toHaveLength(1);
});

test('in the boot after that the one try was taken, whatever came of it', () => {
  const staged = after(board, disarm, stage);
  expect(loader.read({ ...staged, ...told(2, 'bbbbbbbb-2') })).toEqual({
    stable: 'a',
    trial: { slot: 'b', left: 0 },
  });
  const onTrial = { ...staged, ...told(3, 'bbbbbbbb-2') };
  expect(loader.started!(onTrial)).toBe('b');
  const confirmed = after(onTrial, { do: 'confirm', slot: 'b' });
  expect(partitions(confirmed)).toEqual(['3', '2']);
  expect(loader.read(confirmed)).toEqual({ stable: 'b', previous: 'a' });
  const back = after(confirmed, { do: 'rollback', slot: 'a' });
  expect(partitions(back)).toEqual(['2', '3']);
  expect(loader.read(back)).toEqual({ stable: 'a', previous: 'b' });
});

test('a trial that waits can be taken back', () => {
  const back = after(board, disarm, stage, { do: 'rollback', slot: 'a' });
  expect(partitions(back)).toEqual(['2', '2']);
  expect(loader.read(back)).toEqual({ stable: 'a', trial: { slot: 'b', left: 0 } });
});

test('settings of others stay what they are', () => {
  const state = after({ ...board, autoboot: file(`${fresh}[none]\nother=1\n`) }, disarm, stage);
  expect(Buffer.from(state['autoboot']!).toString()).toContain('[none]\nother=1\nlv_next=b\n');
});

test('a board whose firmware or kernel knows no trial is refused', () => {
  expect(() => loader.read({ ...board, partition: undefined })).toThrow(/which partition/);
  expect(() => loader.read({ ...board, autoboot: undefined })).toThrow(/is not there/);
  expect(() => loader.read({ ...board, autoboot: file('[all]\nboot_partition=2\n') })).toThrow(
    /tryboot_a_b/,
  );
  expect(() => loader.read({ ...board, autoboot: file(fresh.replaceAll('2', '7')) })).toThrow(
    /partition 7/,
  );
  const mainline = { ...board, devices: Buffer.from('1 mem\n') };
  expect(loader.read(mainline)).toEqual({ stable: 'a' });
  expect(() => loader.change(mainline, disarm)).toThrow(/not that of Raspberry Pi/);
  const misc = { ...mainline, misc: Buffer.from('257 vcio\n') };
  expect(loader.change(misc, disarm)).toHaveLength(1);
});
