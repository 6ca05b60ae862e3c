import type { LoaderWrite } from '../loader-place.js';
import type { SlotChange } from '../slot-record.js';
import {
  entryFor,
  freeNumbers,
  optionsOf,
  sameOption,
  type SlotEntry,
  type SlotStart,
} from './entries.js';
import { unknownFirmware, type Firmware } from './firmware.js';
import { writeLoadOption } from './load-option.js';
import { entryVariable, numbersVariable, variableOf } from './variable.js';

/** Gives what makes a change, with the write that decides at the end. Pure, but for what it throws. */
export function firmwareWrites(
  firmware: Firmware,
  starts: Record<string, SlotStart>,
  { slot, ...change }: SlotChange,
): LoaderWrite[] {
  const { order, entries, record } = firmware;
  const { stable } = record;
  // Of several entries that start the same, the one counts that the firmware takes.
  const rank = ({ number }: SlotEntry) => (order.includes(number) ? order.indexOf(number) : 1e6);
  const main = (of: string) =>
    entries
      .filter((entry) => entry.slot === of && !entry.trial)
      .toSorted((one, other) => rank(one) - rank(other))[0];
  const inOrder = (numbers: (number | undefined)[]): LoaderWrite => ({
    do: 'replace',
    place: 'order',
    bytes: numbersVariable(withSlots(order, entries, numbers)),
  });
  const noNext: LoaderWrite[] =
    firmware.next === undefined ? [] : [{ do: 'replace', place: 'next', bytes: Buffer.alloc(0) }];
  switch (change.do) {
    case 'disarm':
      // What a firmware without room refuses is refused before the slot is written.
      return [
        ...entriesOf(slot, firmware, starts).flatMap(({ write }) => write),
        ...noNext,
        inOrder([main(stable)?.number]),
      ];
    case 'stage-try': {
      const made = entriesOf(slot, firmware, starts);
      const [, trial] = made.map(({ number }) => number);
      return [
        ...made.flatMap(({ write }) => write),
        // Some firmware forgets a BootNext that is not in BootOrder (rhboot/fwupdate#55). The old slot comes first there.
        inOrder([main(stable)?.number, trial]),
        { do: 'replace', place: 'next', bytes: numbersVariable([trial!]) },
      ];
    }
    case 'confirm':
      return slot === stable ? [] : [inOrder([main(slot)?.number, main(stable)?.number])];
    case 'rollback':
      return slot === stable ? noNext : [inOrder([main(slot)?.number, main(stable)?.number])];
  }
}

/** BootOrder with these entries of slots where the first of such was, and all others where they are. */
function withSlots(
  order: readonly number[],
  entries: SlotEntry[],
  numbers: readonly (number | undefined)[],
): number[] {
  const isSlot = (number: number) => entries.some((entry) => entry.number === number);
  const at = order.findIndex(isSlot);
  const before = at < 0 ? [] : order.slice(0, at);
  const wanted = numbers.filter((number) => number !== undefined);
  return [...before, ...wanted, ...order.slice(before.length).filter((one) => !isSlot(one))];
}

/** Both entries of a slot, with what has to be written for that. */
function entriesOf(
  slot: string,
  { entries, numbers, record }: Firmware,
  starts: Record<string, SlotStart>,
): { number: number; write: LoaderWrite[] }[] {
  const like = entries.find((entry) => entry.slot === record.stable)!.option;
  const free = freeNumbers(numbers, 2);
  const own = entries.find((entry) => entry.slot === slot && !entry.trial);
  const start = { options: own && optionsOf(own.option), ...starts[slot]! };
  return [false, true].map((trial) => {
    const there = entries.find((entry) => entry.slot === slot && entry.trial === trial);
    const wanted = entryFor(slot, trial, start, like);
    if (there && (!wanted || sameOption(there.option, wanted)))
      return { number: there.number, write: [] };
    if (!wanted)
      throw unknownFirmware(
        `UEFI has no boot entry for slot ${slot}, and nothing tells how one is made`,
        'boot.slots of the profile says the options of what it starts; the running slot must have been started from a partition.',
      );
    const number = there?.number ?? free.shift()!;
    const bytes = variableOf(writeLoadOption(wanted));
    return { number, write: [{ do: 'replace', place: entryVariable(number), bytes }] };
  });
}
