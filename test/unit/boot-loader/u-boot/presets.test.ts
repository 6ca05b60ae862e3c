/** Each table of variables: what a change writes, and what is read after U-Boot has counted. */
import { expect, test } from 'vitest';
import { presetNames, presetTable } from '../../../../src/boot-loader/u-boot/presets.js';
import { slotsIn, withChange, NoSlots } from '../../../../src/boot-loader/u-boot/slot-variables.js';
import { withValues } from '../../../../src/boot-loader/u-boot/environment.js';
import { afterChange, type SlotChange } from '../../../../src/boot-loader/slot-record.js';

const called = {
  bootcount: ['a', 'b'],
  mender: ['2', '3'],
  rauc: ['A', 'B'],
  linksys: ['1', '2'],
};
const delivered = {
  bootcount: ['slot=a', 'altbootcmd=run x'],
  mender: ['mender_boot_part=2', 'upgrade_available=0', 'altbootcmd=run x'],
  rauc: ['BOOT_ORDER=A B', 'BOOT_A_LEFT=3', 'BOOT_B_LEFT=3'],
  linksys: ['boot_part=1', 'bootcmd=run nandboot', 'auto_recovery=yes'],
};
/** What U-Boot writes at one start of a slot on trial that was to be started twice. */
const counts = {
  bootcount: { bootcount: '1' },
  mender: { bootcount: '1' },
  rauc: { BOOT_B_LEFT: '1' },
};
/** What it, or its script, writes when it falls back. */
const fallsBack = {
  bootcount: { slot: 'a', upgrade_available: '0', bootcount: '0' },
  mender: { mender_boot_part: '2', upgrade_available: '0', bootcount: '0' },
  rauc: { BOOT_B_LEFT: '0', BOOT_A_LEFT: '2' },
  linksys: { boot_part: '1', bootcmd: 'run nandboot' },
};

const disarm: SlotChange = { do: 'disarm', slot: 'b' };
const stage: SlotChange = { do: 'stage-try', slot: 'b', tries: 2 };

test.each(presetNames)('%s', (name) => {
  const table = presetTable(name, ['a', 'b']);
  const [first = '', second = ''] = called[name];
  const slots = [
    { slot: 'a', called: first },
    { slot: 'b', called: second },
  ] as const;
  const read = (entries: readonly string[]) => slotsIn(entries, table, slots);
  const change = (entries: readonly string[], to: SlotChange) => {
    const after = withChange(entries, table, slots, to);
    expect(read(after)).toEqual(afterChange(read(entries), to));
    expect(after).toContain('stranger=1');
    expect(withChange(after, table, slots, to)).toEqual(after);
    return after;
  };
  const factory = [...delivered[name], 'stranger=1'];
  expect(read(factory)).toEqual({ stable: 'a' });
  const disarmed = change(factory, disarm);
  expect(read(disarmed)).toEqual({ stable: 'a', trial: { slot: 'b', left: 0 }, unfinished: 'b' });
  const staged = change(disarmed, stage);
  expect(read(staged)).toEqual({ stable: 'a', trial: { slot: 'b', left: 2 } });
  if (name !== 'linksys')
    expect(read(withValues({ entries: staged }, counts[name]))).toEqual({
      stable: 'a',
      trial: { slot: 'b', left: 1 },
    });
  const back = withValues({ entries: staged }, fallsBack[name]);
  expect(read(back)).toEqual({ stable: 'a', trial: { slot: 'b', left: 0 } });
  change(back, disarm);
  const confirmed = change(staged, { do: 'confirm', slot: 'b' });
  expect(read(confirmed)).toEqual({ stable: 'b', previous: 'a' });
  expect(read(change(confirmed, { do: 'rollback', slot: 'a' }))).toEqual({
    stable: 'a',
    previous: 'b',
  });
  change(staged, { do: 'rollback', slot: 'a' });
  // A slot that waits for its trial is written anew.
  expect(read(change(staged, disarm)).stable).toBe('a');
});

test('what each transition writes', () => {
  const after = (name: (typeof presetNames)[number], ...changes: SlotChange[]) => {
    const table = presetTable(name, ['a', 'b']);
    const [first = '', second = ''] = called[name];
    const slots = [
      { slot: 'a', called: first },
      { slot: 'b', called: second },
    ] as const;
    return changes.reduce<string[]>(
      (entries, to) => withChange(entries, table, slots, to),
      delivered[name],
    );
  };
  expect(after('rauc', disarm)).toEqual([
    ...['BOOT_ORDER=A', 'BOOT_A_LEFT=3', 'BOOT_B_LEFT=3', 'lv_trial=b', 'lv_unfinished=b'],
  ]);
  expect(after('rauc', disarm, stage)).toEqual([
    ...['BOOT_ORDER=B A', 'BOOT_A_LEFT=3', 'BOOT_B_LEFT=2', 'lv_trial=b', 'lv_tries=2'],
  ]);
  expect(after('rauc', disarm, stage, { do: 'confirm', slot: 'b' })).toEqual([
    ...['BOOT_ORDER=B A', 'BOOT_A_LEFT=3', 'BOOT_B_LEFT=3', 'lv_previous=a'],
  ]);
  expect(after('linksys', disarm, stage)).toEqual([
    ...['boot_part=2', 'bootcmd=run altnandboot', 'auto_recovery=yes', 'lv_trial=b', 'lv_tries=2'],
  ]);
  expect(after('mender', stage)).toEqual([
    ...['mender_boot_part=3', 'upgrade_available=1', 'altbootcmd=run x', 'mender_boot_part_hex=3'],
    ...['bootcount=0', 'bootlimit=2', 'lv_trial=b', 'lv_tries=2'],
  ]);
});

test('a U-Boot that would not fall back is refused', () => {
  const slots = [
    { slot: 'a', called: 'a' },
    { slot: 'b', called: 'b' },
  ] as const;
  const reading =
    (name: (typeof presetNames)[number], ...entries: string[]) =>
    () =>
      slotsIn(entries, presetTable(name, ['a', 'b']), slots);
  expect(reading('bootcount', 'slot=a')).toThrow(NoSlots);
  expect(reading('bootcount', 'slot=a')).toThrow('has no altbootcmd');
  expect(reading('linksys', 'boot_part=a', 'auto_recovery=no')).toThrow(
    'auto_recovery no, not yes',
  );
  expect(reading('bootcount', 'slot=c', 'altbootcmd=x')).toThrow('the slot c');
  expect(reading('rauc', 'BOOT_A_LEFT=3')).toThrow('has no BOOT_ORDER');
});
