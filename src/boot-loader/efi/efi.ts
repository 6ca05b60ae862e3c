import type { LoaderKind, LoaderSpec } from '../loader.js';
import type { LoaderPlaces, LoaderState } from '../loader-place.js';
import { bootNumbersPlace, variablePlace } from '../places/variable.js';
import { entryNumbers, freeNumbers, slotEntries, type SlotStart } from './entries.js';
import { firmwareWrites } from './firmware-writes.js';
import { firmwareOf } from './firmware.js';
import { entryVariable, numbersIn } from './variable.js';

/**
 * UEFI itself, which starts each slot by a boot entry of its own: the first in BootOrder by itself, and for a trial once the one that
 * BootNext names, which it removes before it starts that (UEFI 2.10, 3.1.2).
 *
 * A slot in BootOrder is whole. The one that was written last stands there with the entry of its trial, until it is confirmed.
 */
export const efi: LoaderKind = {
  environment: [0, 0],
  mostTries: 1,
  slotStarts: true,
  of: (spec) => {
    const starts = startsOf(spec);
    return {
      places: (read) => ({
        order: variablePlace('BootOrder'),
        next: variablePlace('BootNext'),
        current: variablePlace('BootCurrent'),
        numbers: bootNumbersPlace(),
        ...entryPlaces(read),
      }),
      read: (state) => firmwareOf(state, starts).record,
      change: (state, change) => firmwareWrites(firmwareOf(state, starts), starts, change),
      started: (state) => {
        const [current] = numbersIn(state['current']);
        return slotEntries(state, starts).find(({ number }) => number === current)?.slot;
      },
    };
  },
};

/** What the profile says of each slot; that it says it for both was checked with the profile. */
const startsOf = ({ slots }: LoaderSpec): Record<string, SlotStart> =>
  Object.fromEntries(
    Object.entries(slots).flatMap(([slot, { starts }]) => (starts ? [[slot, starts]] : [])),
  );

/** The entries that there are, and those that may be made: two for each slot. */
function entryPlaces(read: LoaderState): LoaderPlaces {
  if (!read['numbers']) return {};
  const there = entryNumbers(read);
  const names = [...there, ...freeNumbers(there, 4)].map(entryVariable);
  return Object.fromEntries(names.map((name) => [name, variablePlace(name)]));
}
