import { LevitateError } from '../../errors.js';
import type { LoaderState } from '../loader-place.js';
import type { SlotRecord } from '../slot-record.js';
import { presentNumbers, slotEntries, type SlotEntry, type SlotStart } from './entries.js';
import { entryVariable, numbersIn } from './variable.js';

/** What the firmware goes by. */
export interface Firmware {
  /** The numbers in BootOrder. */
  order: number[];
  /** The number in BootNext. */
  next: number | undefined;
  /** All numbers that are taken. */
  numbers: number[];
  entries: SlotEntry[];
  record: SlotRecord;
}

/**
 * Reads what the firmware goes by.
 * @throws LevitateError BOOT_LOADER_UNKNOWN where it starts no slots, or something else next
 */
export function firmwareOf(state: LoaderState, starts: Record<string, SlotStart>): Firmware {
  const order = numbersIn(state['order']);
  const [next] = numbersIn(state['next']);
  const entries = slotEntries(state, starts);
  if (next !== undefined && !entries.some(({ number }) => number === next))
    throw unknownFirmware(
      `UEFI is to start ${entryVariable(next)} next, which is no entry of a slot`,
      'Somebody else has chosen that: efibootmgr --delete-bootnext takes it back, and so does a reboot.',
    );
  const inOrder = order.flatMap((number) => entries.filter((entry) => entry.number === number));
  const stable = inOrder.find(({ trial }) => !trial)?.slot;
  if (stable === undefined)
    throw unknownFirmware(
      'UEFI has no boot entry in its BootOrder that starts a slot of the profile',
      'The running slot needs one, which starts what boot.slots of the profile says: efibootmgr makes it, as levitate help slots tells.',
    );
  const others = inOrder.filter(({ slot }) => slot !== stable);
  const tried = others.find(({ trial }) => trial)?.slot;
  const previous = others.find(({ trial }) => !trial)?.slot;
  const other = entries.find(({ slot }) => slot !== stable)?.slot;
  const left = entries.some(({ number, slot }) => number === next && slot === tried) ? 1 : 0;
  const record: SlotRecord = {
    stable,
    ...(previous !== undefined
      ? { previous }
      : tried !== undefined
        ? { trial: { slot: tried, left } }
        : other !== undefined
          ? { trial: { slot: other, left: 0 }, unfinished: other }
          : {}),
  };
  return { order, next, numbers: presentNumbers(state), entries, record };
}

/** A refusal of a firmware. */
export const unknownFirmware = (message: string, hint: string): LevitateError =>
  new LevitateError('BOOT_LOADER_UNKNOWN', message, { hint });
