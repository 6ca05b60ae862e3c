import { describe, expect, test } from 'vitest';
import {
  afterChange,
  opinionOf,
  slotToRollBackTo,
  slotToWrite,
  type SlotChange,
  type SlotRecord,
} from '../../../src/boot-loader/slot-record.js';

const names = ['a', 'b'];
const change = (record: SlotRecord, ...changes: SlotChange[]): SlotRecord =>
  changes.reduce(afterChange, record);
const disarm: SlotChange = { do: 'disarm', slot: 'b' };
const stage: SlotChange = { do: 'stage-try', slot: 'b', tries: 2 };
const confirm: SlotChange = { do: 'confirm', slot: 'b' };
const stable: SlotRecord = { stable: 'a' };

describe('an update', () => {
  test('goes from one stable slot to the other, by way of a trial', () => {
    const disarmed = change(stable, disarm);
    expect(disarmed).toEqual({ stable: 'a', trial: { slot: 'b', left: 0 }, unfinished: 'b' });
    const staged = change(disarmed, stage);
    expect(staged).toEqual({ stable: 'a', trial: { slot: 'b', left: 2 } });
    expect(change(staged, confirm)).toEqual({ stable: 'b', previous: 'a' });
  });

  test('never makes the slot that runs anything else than what starts in the end', () => {
    for (const made of [[disarm], [disarm, stage]])
      expect(change(stable, ...made)).toMatchObject({ stable: 'a' });
  });

  test('changes nothing where a change is made once more', () => {
    for (const made of [[disarm], [disarm, stage], [disarm, stage, confirm]]) {
      const once = change(stable, ...made);
      expect(change(once, made.at(-1)!)).toEqual(once);
    }
  });

  test('of the slot before forgets that it was whole as soon as it is written', () => {
    const second = change(stable, disarm, stage, confirm, { do: 'disarm', slot: 'a' });
    expect(second).toEqual({ stable: 'b', trial: { slot: 'a', left: 0 }, unfinished: 'a' });
  });
});

describe('a rollback', () => {
  test('takes a trial back, which then counts as failed', () => {
    const staged = change(stable, disarm, stage);
    for (const current of names) {
      expect(slotToRollBackTo({ current, record: staged }, names)).toBe('a');
    }
    const back = change(staged, { do: 'rollback', slot: 'a' });
    expect(back).toEqual({ stable: 'a', trial: { slot: 'b', left: 0 } });
    expect(opinionOf(back, 'b')).toBe('failed');
  });

  test('leads to the slot before, and forth again', () => {
    const confirmed = change(stable, disarm, stage, confirm);
    expect(slotToRollBackTo({ current: 'b', record: confirmed }, names)).toBe('a');
    const back = change(confirmed, { do: 'rollback', slot: 'a' });
    expect(back).toEqual({ stable: 'a', previous: 'b' });
    expect(slotToRollBackTo({ current: 'a', record: back }, names)).toBe('b');
  });

  test('never leads to a slot of which nobody knows that it is good', () => {
    const records: [SlotRecord, RegExp][] = [
      [stable, /nobody knows what is in it/],
      [change(stable, disarm), /not read back whole/],
      [{ stable: 'a', trial: { slot: 'b', left: 0 } }, /never confirmed/],
    ];
    for (const [record, why] of records)
      expect(slotToRollBackTo({ current: 'a', record }, names)).toMatchObject({
        message: expect.stringMatching(why) as string,
      });
  });
});

describe('the slot to write', () => {
  test('is the one that does not run, whatever became of its trial', () => {
    for (const record of [stable, change(stable, disarm), change(stable, disarm, stage)])
      expect(slotToWrite({ current: 'a', record }, names)).toBe('b');
  });

  test('is none while the running one is on trial, or is another than would start', () => {
    const trial = change(stable, disarm, stage);
    expect(slotToWrite({ current: 'b', record: trial }, names)).toMatchObject({
      message: 'slot b runs on trial, and nobody has confirmed it',
    });
    expect(slotToWrite({ current: 'b', record: stable }, names)).toMatchObject({
      message: 'slot b runs, and the boot loader would start slot a',
    });
  });
});
