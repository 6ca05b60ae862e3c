import { afterChange, type SlotChange, type SlotRecord } from '../slot-record.js';
import { valueOf, withValues } from './environment.js';
import {
  assigned,
  filled,
  trialMarks,
  type NamedSlot,
  type VariableTable,
} from './variable-table.js';

/** Variables that say nothing of slots, or of none that the profile has; the message follows "it". */
export class NoSlots extends Error {}

/** Variables, as `name=value`. */
type Entries = readonly string[];

/**
 * Reads what the variables say of slots. Beside those of the table there are `lv_trial`, the slot that levitate has written last and
 * not confirmed, `lv_tries`, how often it was to be started, and `lv_unfinished` and `lv_previous`. Pure.
 * @throws NoSlots
 */
export function slotsIn(
  entries: Entries,
  table: VariableTable,
  slots: readonly [NamedSlot, NamedSlot],
): SlotRecord {
  for (const [name, wanted] of Object.entries(table.needs ?? {})) {
    const value = valueOf({ entries }, name);
    if (value === undefined || (wanted !== '' && value !== wanted))
      throw new NoSlots(
        `has ${value === undefined ? `no ${name}` : `the ${name} ${value}`}${wanted === '' ? '' : `, not ${wanted}`}, without which U-Boot does not fall back`,
      );
  }
  const starts = slotThatStarts(entries, table, slots);
  const other = slots.find((one) => one !== starts)!;
  const value = (name: string) => valueOf({ entries }, name);
  const noted = value('lv_trial');
  const rest = {
    ...known('unfinished', value('lv_unfinished')),
    ...known('previous', value('lv_previous')),
  };
  const marks = trialMarks(table);
  const onTrial =
    marks.length > 0 ? marks.every(([name, mark]) => value(name) === mark) : noted === starts.slot;
  if (onTrial)
    return {
      stable: other.slot,
      trial: { slot: starts.slot, left: triesLeft(entries, table, starts, other) },
      ...rest,
    };
  return {
    stable: starts.slot,
    ...(noted === undefined || noted === starts.slot ? {} : { trial: { slot: noted, left: 0 } }),
    ...rest,
  };
}

/**
 * Gives the variables after a change. Pure.
 * @throws NoSlots
 */
export function withChange(
  entries: Entries,
  table: VariableTable,
  slots: readonly [NamedSlot, NamedSlot],
  change: SlotChange,
): string[] {
  const record = afterChange(slotsIn(entries, table, slots), change);
  const { stable, trial, unfinished, previous } = record;
  const tries = trial?.left ?? 0;
  const named = (slot: string): NamedSlot => {
    const found = slots.find((one) => one.slot === slot);
    if (!found) throw new NoSlots(`names the slot ${slot}, which the profile does not have`);
    return found;
  };
  const of = named(tries > 0 && trial ? trial.slot : stable);
  const other = slots.find((one) => one !== of)!;
  const order = previous === undefined ? [named(stable)] : [named(stable), named(previous)];
  return withValues(
    { entries },
    {
      ...assigned(tries > 0 ? table.try : table.start, { of, other, tries, order }),
      lv_trial: trial?.slot,
      lv_tries: tries > 0 ? String(tries) : undefined,
      lv_unfinished: unfinished,
      lv_previous: previous,
    },
  );
}

const known = <K extends string>(key: K, value: string | undefined) =>
  (value === undefined ? {} : { [key]: value }) as Partial<Record<K, string>>;

function slotThatStarts(
  entries: Entries,
  table: VariableTable,
  slots: readonly [NamedSlot, NamedSlot],
): NamedSlot {
  const value = valueOf({ entries }, table.starts);
  if (value === undefined)
    throw new NoSlots(`has no ${table.starts}, which says which slot starts`);
  const [first, second] = slots;
  const expected = (of: NamedSlot, other: NamedSlot) =>
    assigned(table.start, { of, other, tries: 1, order: [of, other] })[table.starts];
  // Of a list of slots the first one starts.
  const isFirst = (wanted = '') => value === wanted || value.split(' ')[0] === wanted.split(' ')[0];
  if (isFirst(expected(first, second))) return first;
  if (isFirst(expected(second, first))) return second;
  throw new NoSlots(
    `has the ${table.starts} ${value}, by which neither ${first.slot} nor ${second.slot} starts`,
  );
}

/** How often U-Boot will still start a slot on trial. */
function triesLeft(
  entries: Entries,
  { counts, try: trial }: VariableTable,
  of: NamedSlot,
  other: NamedSlot,
): number {
  const tries = number(valueOf({ entries }, 'lv_tries'), 10) ?? 1;
  if (counts === undefined) return tries;
  // RAUC writes what it counts in hexadecimal digits, and U-Boot's setexpr does.
  const isDown = trial[counts] === '$tries';
  const name = filled(counts, { of, other, tries, order: [] });
  const count = number(valueOf({ entries }, name), isDown ? 16 : 10) ?? 0;
  return isDown ? count : Math.max(0, tries - count);
}

const number = (text: string | undefined, base: 10 | 16): number | undefined =>
  text !== undefined && /^[0-9a-f]{1,4}$/i.test(text) ? parseInt(text, base) : undefined;
