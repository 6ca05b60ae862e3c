import { expect, test } from 'vitest';
import { readLoadOption } from '../../../../src/boot-loader/efi/load-option.js';
import {
  entryVariable,
  numbersIn,
  numbersVariable,
  variableData,
} from '../../../../src/boot-loader/efi/variable.js';
import { afterWrite, type LoaderState } from '../../../../src/boot-loader/loader-place.js';
import { loaderOf } from '../../../../src/boot-loader/loaders.js';
import type { SlotChange } from '../../../../src/boot-loader/slot-record.js';
import { bootEntry } from '../../../boot-entry.js';

const loader = loaderOf({
  loader: 'efi',
  environment: [],
  slots: {
    a: { starts: { file: '/a/vmlinuz', options: 'root=/dev/vda2 levitate.slot=a' } },
    b: { starts: { file: '/b/vmlinuz', options: 'root=/dev/vda3 levitate.slot=b' } },
  },
});

/** A firmware with an entry for slot a among its own, all of which are in BootOrder. */
const firmware = (): LoaderState => ({
  order: numbersVariable([5, 1, 2]),
  next: Buffer.alloc(0),
  current: numbersVariable([1]),
  numbers: Buffer.from('0001\n0002\n0005\n'),
  Boot0001: bootEntry('a', '\\A\\vmlinuz', 'root=/dev/vda2 levitate.slot=a'),
  Boot0002: bootEntry('UEFI PXEv4', undefined, ''),
  Boot0005: bootEntry('a disk', '\\EFI\\BOOT\\BOOTX64.EFI', ''),
});

const changed = (from: LoaderState, ...changes: SlotChange[]): LoaderState =>
  changes.reduce(
    (before, change) => loader.change(before, change).reduce(afterWrite, before),
    from,
  );

const disarm: SlotChange = { do: 'disarm', slot: 'b' };
const stage: SlotChange = { do: 'stage-try', slot: 'b', tries: 1 };
const confirm: SlotChange = { do: 'confirm', slot: 'b' };
const back: SlotChange = { do: 'rollback', slot: 'a' };
const [main, trial] = [0x1000, 0x1001];

test.each<[string, SlotChange[], number[], number[], object]>([
  ['nothing', [], [5, 1, 2], [], { stable: 'a' }],
  [
    'disarm',
    [disarm],
    [5, 1, 2],
    [],
    { stable: 'a', trial: { slot: 'b', left: 0 }, unfinished: 'b' },
  ],
  [
    'a trial',
    [disarm, stage],
    [5, 1, trial, 2],
    [trial],
    { stable: 'a', trial: { slot: 'b', left: 1 } },
  ],
  [
    'a trial that was taken back',
    [disarm, stage, back],
    [5, 1, trial, 2],
    [],
    { stable: 'a', trial: { slot: 'b', left: 0 } },
  ],
  [
    'disarm once more',
    [disarm, stage, disarm],
    [5, 1, 2],
    [],
    { stable: 'a', trial: { slot: 'b', left: 0 }, unfinished: 'b' },
  ],
])('after %s', (_, changes, order, next, record) => {
  const after = changed(firmware(), ...changes);
  expect(numbersIn(after['order'])).toEqual(order);
  expect(numbersIn(after['next'])).toEqual(next);
  expect(loader.read(after)).toEqual(record);
  const last = changes.at(-1);
  if (last) expect(changed(after, last)).toEqual(after);
});

/** What the firmware does before it starts what BootNext names. */
const tried = (state: LoaderState): LoaderState => ({ ...state, next: Buffer.alloc(0) });

test('a trial is confirmed, and rolled back, by one write of BootOrder', () => {
  const running = tried(changed(firmware(), disarm, stage));
  expect(loader.read(running)).toEqual({ stable: 'a', trial: { slot: 'b', left: 0 } });
  expect(loader.change(running, confirm).map(({ place }) => place)).toEqual(['order']);
  const kept = changed(running, confirm);
  expect(numbersIn(kept['order'])).toEqual([5, main, 1, 2]);
  expect(loader.read(kept)).toEqual({ stable: 'b', previous: 'a' });
  const rolled = changed(kept, back);
  expect(numbersIn(rolled['order'])).toEqual([5, 1, main, 2]);
  expect(loader.read(rolled)).toEqual({ stable: 'a', previous: 'b' });
});

test('entries are made beside the one that runs, and used again', () => {
  const staged = changed(firmware(), disarm, stage);
  const option = readLoadOption(variableData(staged[entryVariable(trial)])!);
  expect(option.data.toString('utf16le')).toBe('root=/dev/vda3 levitate.slot=b levitate.trial');
  expect(option.path).toEqual(
    readLoadOption(variableData(bootEntry('b', '\\b\\vmlinuz', ''))!).path,
  );
  const again = changed(tried(staged), confirm, { do: 'disarm', slot: 'a' }, back);
  const twice = loader.change(changed(again), { do: 'stage-try', slot: 'b', tries: 1 });
  expect(twice.map(({ place }) => place)).toEqual(['order', 'next']);
});

test('a power cut between two writes leaves what was, or what is to be', () => {
  const running = changed(firmware(), disarm, stage);
  for (const [from, change] of [
    [changed(firmware(), disarm), stage],
    [running, disarm],
    [tried(running), confirm],
    [changed(tried(running), confirm), back],
  ] as const) {
    const starts = (state: LoaderState) => numbersIn(state['next'])[0] ?? loader.read(state).stable;
    const wanted = [starts(from), starts(changed(from, change))];
    let between: LoaderState = from;
    for (const write of loader.change(from, change)) {
      between = afterWrite(between, write);
      expect(wanted).toContain(starts(between));
    }
  }
});

test('the slot that was started is the one of BootCurrent', () => {
  expect(loader.started?.(firmware())).toBe('a');
  expect(loader.started?.({ ...firmware(), current: numbersVariable([2]) })).toBeUndefined();
});

test('a firmware that goes by something else is refused', () => {
  const refused = expect.objectContaining({ code: 'BOOT_LOADER_UNKNOWN' }) as Error;
  const { order, Boot0001, ...rest } = firmware();
  expect(() => loader.read({ ...rest, Boot0001 })).toThrow(refused);
  expect(() => loader.read({ ...rest, order })).toThrow(refused);
  expect(() => loader.read({ ...firmware(), next: numbersVariable([2]) })).toThrow(refused);
});
