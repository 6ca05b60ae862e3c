import { expect, test } from 'vitest';
import type { LoaderState } from '../../../../src/boot-loader/loader-place.js';
import type { SlotChange } from '../../../../src/boot-loader/slot-record.js';
import { readCopy } from '../../../../src/boot-loader/u-boot/environment.js';
import { copyOf, statesOf, uBoot } from '../../../u-boot-copies.js';

const changes: SlotChange[] = [
  { do: 'disarm', slot: 'b' },
  { do: 'stage-try', slot: 'b', tries: 2 },
  { do: 'confirm', slot: 'b' },
  { do: 'rollback', slot: 'a' },
];
const text = 'slot=a altbootcmd=run_x';
const flash = uBoot({ environment: ['/dev/mtd1 0 4096', '/dev/mtd1 0x10000 4096'] });
const files = uBoot();

/** Everything that a power cut may leave between two states: a prefix of the sectors, or erased from somewhere on. */
const torn = (from: LoaderState, to: LoaderState): LoaderState[] =>
  ['copy-1', 'copy-2'].flatMap((name) => {
    const [old, now] = [from[name]!, to[name]!];
    if (Buffer.compare(old, now) === 0) return [];
    return Array.from({ length: old.length / 512 + 1 }, (_, sectors) => sectors * 512).flatMap(
      (at) => [
        { ...from, [name]: Buffer.concat([now.subarray(0, at), old.subarray(at)]) },
        {
          ...from,
          [name]: Buffer.concat([now.subarray(0, at), Buffer.alloc(old.length - at, 255)]),
        },
        { ...from, [name]: Buffer.concat([old.subarray(0, at), now.subarray(at)]) },
      ],
    );
  });

test.each([
  ['files', files, copyOf(text, 1), copyOf(text, 0), 1],
  ['files, at the turn of the count', files, copyOf(text, 254), copyOf(text, 253), 1],
  ['files, of which one is broken', files, Buffer.alloc(4096), copyOf(text, 7), 1],
  ['flash that is active or obsolete', flash, copyOf(text, 1), copyOf(text, 0), 2],
  ['flash whose loader counts', flash, copyOf(text, 4), copyOf(text, 5), 1],
  ['flash with one copy as delivered', flash, copyOf(text, 1), Buffer.alloc(4096, 255), 2],
] as const)('a cut at any sector of a pair: %s', (_, loader, first, second, writes) => {
  let state: LoaderState = { 'copy-1': first, 'copy-2': second };
  for (const change of changes) {
    const states = statesOf(loader, state, change);
    expect(states).toHaveLength(writes + 1);
    const known = [states[0]!, states.at(-1)!].map((one) => JSON.stringify(loader.read(one)));
    for (const [index, to] of states.entries())
      if (index > 0)
        for (const cut of torn(states[index - 1]!, to))
          expect(known).toContain(JSON.stringify(loader.read(cut)));
    state = states.at(-1)!;
    expect(loader.change(state, change)).toEqual([]);
  }
  expect(loader.read(state)).toEqual({ stable: 'a', previous: 'b' });
});

test('of flash the new copy is active, and the old one obsolete', () => {
  const state = { 'copy-1': copyOf(text, 1), 'copy-2': copyOf(text, 0) };
  const [between, after] = statesOf(flash, state, changes[1]!).slice(1);
  const flags = (one: LoaderState) =>
    ['copy-1', 'copy-2'].map((name) => readCopy(one[name]!, true)?.flag);
  expect(flags(between!)).toEqual([1, 1]);
  expect(flags(after!)).toEqual([0, 1]);
});

test('one copy is taken where the profile accepts it, and the cut is named', () => {
  const environment = [{ device: '/dev/vda1', file: '/ab.env' }];
  const state = { 'copy-1': copyOf(text) };
  expect(() => uBoot({ environment }).read(state)).toThrow(
    'is there once, as /ab.env on /dev/vda1',
  );
  const accepting = uBoot({ environment, acceptSingleCopy: true });
  expect(accepting.read(state)).toEqual({ stable: 'a' });
  expect(accepting.atCut?.(state)).toMatch(/compiled into it/);
  expect(files.atCut?.({})).toBeUndefined();
  const [write] = accepting.change(state, changes[1]!);
  expect(accepting.read({ 'copy-1': write!.bytes }).trial).toEqual({ slot: 'b', left: 2 });
});

test('what is no environment is refused, with what is there instead', () => {
  const pair = (first: Buffer, second: Buffer) => () =>
    files.read({ 'copy-1': first, 'copy-2': second });
  const blank = Buffer.alloc(4096, 255);
  expect(pair(blank, blank)).toThrow(expect.objectContaining({ code: 'BOOT_LOADER_UNKNOWN' }));
  expect(pair(copyOf(text), blank)).toThrow(
    expect.objectContaining({ hint: expect.stringMatching(/environment is one place/) as string }),
  );
  expect(() => files.read({ 'copy-1': copyOf(text, 1), 'copy-2': undefined })).toThrow(
    'there is no /uboot-redund.env',
  );
  expect(pair(copyOf('stranger=1', 1), blank)).toThrow('has no altbootcmd');
});

test('variables without room are refused', () => {
  const full = copyOf(`${text} filler=${'x'.repeat(4000)}`, 1);
  expect(() => files.change({ 'copy-1': full, 'copy-2': full }, changes[0]!)).toThrow(
    /has 4096 bytes/,
  );
});

test('a slot that is noted and that the profile does not have', () => {
  const state = { 'copy-1': copyOf(`${text} lv-previous=x`, 1), 'copy-2': copyOf(text, 0) };
  expect(() => files.change(state, { do: 'disarm', slot: 'b' })).toThrow(
    'names the slot x, which the profile does not have',
  );
});

test('the places of /etc/fw_env.config of the device', () => {
  const device = uBoot({ environment: [] });
  const [config] = Object.keys(device.places({}));
  expect(config).toBe('config');
  const nodes = Buffer.from('/dev/mtd1 0x0 0x1000\n/dev/ubi0:env 0 0x1000\n');
  expect(device.places({ config: nodes })).toEqual({
    config: {
      kind: 'path',
      words: ['/etc/fw_env.config'],
      said: '/etc/fw_env.config',
      ofSystem: true,
    },
    'copy-1': { kind: 'mtd', words: ['/dev/mtd1', '0', '4096'], said: '/dev/mtd1 at byte 0' },
    'copy-2': { kind: 'volume', words: ['/dev/ubi0:env', '4096'], said: '/dev/ubi0:env' },
  });
  const file = Buffer.from('/boot/uboot.env 0x0 0x1000\n/dev/mmcblk0 0x100000 0x1000\n');
  const first = device.places({ config: file });
  expect(Object.keys(first)).toEqual(['config', 'where-1', 'copy-2']);
  const where = Buffer.from('/dev/mmcblk0p1 /uboot.env\n');
  expect(device.places({ config: file, 'where-1': where })['copy-1']).toEqual({
    kind: 'file',
    words: ['/dev/mmcblk0p1', '4096', 'vfat,ext4,ext3,ext2', '/uboot.env'],
    said: '/uboot.env on /dev/mmcblk0p1',
  });
  for (const bad of [undefined, Buffer.from('/dev/x')])
    expect(() => device.places({ config: bad })).toThrow(
      expect.objectContaining({ code: 'BOOT_LOADER_UNKNOWN' }),
    );
});
