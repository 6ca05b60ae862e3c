import { expect, test } from 'vitest';
import { loaderOf } from '../../../../src/boot-loader/loaders.js';
import { afterWrite, type LoaderState } from '../../../../src/boot-loader/loader-place.js';
import { namesIn } from '../../../../src/boot-loader/places/names.js';
import type { SlotChange } from '../../../../src/boot-loader/slot-record.js';

const loader = loaderOf({
  loader: 'systemd-boot',
  environment: [{ device: '/dev/v1', file: '/loader/entries' }],
  slots: { a: {}, b: {} },
});

const state = (...names: string[]): LoaderState => ({
  names: Buffer.from(names.map((name) => `${name}\n`).join('')),
  conf: Buffer.from('timeout 0\ndefault levitate-*\n'),
});

const changed = (from: LoaderState, ...changes: SlotChange[]): LoaderState =>
  changes.reduce(
    (before, change) => loader.change(before, change).reduce(afterWrite, before),
    from,
  );

const disarm: SlotChange = { do: 'disarm', slot: 'b' };
const stage: SlotChange = { do: 'stage-try', slot: 'b', tries: 2 };
const confirm: SlotChange = { do: 'confirm', slot: 'b' };
const back: SlotChange = { do: 'rollback', slot: 'a' };
const factory = state('levitate-1-b.conf', 'levitate-2-a.conf');

test.each<[string, SlotChange[], string[], object]>([
  ['nothing', [], ['1-b', '2-a'], { stable: 'a', previous: 'b' }],
  [
    'disarm',
    [disarm],
    ['1-b+0', '2-a'],
    { stable: 'a', trial: { slot: 'b', left: 0 }, unfinished: 'b' },
  ],
  ['a trial', [disarm, stage], ['2-a', '3-b+2'], { stable: 'a', trial: { slot: 'b', left: 2 } }],
  [
    'a trial that was taken back',
    [disarm, stage, back],
    ['2-a', '3-b+0-0'],
    { stable: 'a', trial: { slot: 'b', left: 0 } },
  ],
  ['confirm', [disarm, stage, confirm], ['2-a', '3-b'], { stable: 'b', previous: 'a' }],
  ['rollback', [disarm, stage, confirm, back], ['3-b', '4-a'], { stable: 'a', previous: 'b' }],
])('after %s', (_, changes, names, record) => {
  const after = changed(factory, ...changes);
  expect(namesIn(after['names'])).toEqual(names.map((name) => `levitate-${name}.conf`));
  expect(loader.read(after)).toEqual(record);
  // The same once more changes nothing.
  const last = changes.at(-1);
  if (last) expect(changed(after, last)['names']).toEqual(after['names']);
});

test('what the loader has counted is read', () => {
  const trial = (left: number) => ({ stable: 'a', trial: { slot: 'b', left } });
  expect(loader.read(state('levitate-2-a.conf', 'levitate-3-b+1-1.conf'))).toEqual(trial(1));
  const spent = state('levitate-2-a.conf', 'levitate-3-b+0-2.conf');
  expect(loader.read(spent)).toEqual(trial(0));
  // The slot that took its last try is confirmed from inside.
  expect(namesIn(changed(spent, confirm)['names'])).toContain('levitate-3-b.conf');
});

test('a power cut between the new name and the end of the old one leaves what was, or what is to be', () => {
  const from = [factory];
  for (const change of [disarm, stage, confirm, back]) {
    const before = from.at(-1)!;
    const after = changed(before, change);
    const both = state(...new Set([...namesIn(before['names']), ...namesIn(after['names'])]));
    expect([loader.read(before), loader.read(after)]).toContainEqual(loader.read(both));
    // The next change takes away what is left over.
    expect(loader.read(changed(both, change))).toEqual(loader.read(after));
    expect(namesIn(changed(both, change)['names'])).toHaveLength(2);
    from.push(after);
  }
});

test('entries of others stay', () => {
  const after = changed(
    state('debian.conf', 'levitate-1-b.conf', 'levitate-2-a.conf'),
    disarm,
    stage,
  );
  expect(namesIn(after['names'])).toEqual([
    'debian.conf',
    'levitate-2-a.conf',
    'levitate-3-b+2.conf',
  ]);
});

test('a boot loader that chooses by something else is refused', () => {
  const refused = expect.objectContaining({ code: 'BOOT_LOADER_UNKNOWN' }) as Error;
  const set = { LoaderEntryDefault: Buffer.from([6, 0, 0, 0, 65, 0]) };
  for (const wrong of [
    { ...factory, ...set },
    { ...factory, conf: Buffer.from('timeout 3\n') },
    { ...factory, conf: undefined },
    { ...factory, conf: Buffer.from('default debian*\n') },
    { ...state('other.conf', 'levitate-1-a.conf'), conf: Buffer.from('default *\n') },
    state(),
    state('levitate-1-a+2.conf'),
    state('levitate-1-a+2.conf', 'levitate-2-b+1.conf'),
  ])
    expect(() => loader.read(wrong)).toThrow(refused);
  expect(() => loader.change(state('levitate-1-a.conf'), disarm)).toThrow(refused);
});

test('the slot that was started is the one of the entry', () => {
  const selected = Buffer.concat([
    Buffer.from([6, 0, 0, 0]),
    Buffer.from('levitate-12-b.conf\0', 'utf16le'),
  ]);
  expect(loader.started?.({ selected })).toBe('b');
  expect(loader.started?.({ selected: Buffer.alloc(0) })).toBeUndefined();
});
