import { LevitateError } from '../../errors.js';
import type { EnvironmentFile, LoaderKind } from '../loader.js';
import type { LoaderState } from '../loader-place.js';
import { filePlace } from '../places/file.js';
import { namesBytes, namesIn, namesPlace } from '../places/names.js';
import { variablePlace } from '../places/variable.js';
import type { SlotChange, SlotRecord } from '../slot-record.js';
import { compareEntries, readEntryName, writeEntryName, type EntryName } from './entry-name.js';
import { checkLoaderConf } from './loader-conf.js';

/** The vendor of the variables of systemd-boot (the Boot Loader Interface of systemd). */
const loaderVendor = '4a67b082-0a4c-41cf-b6c7-440b29bb8c4f';

/** The variables by which somebody may have told systemd-boot what to start, whatever its entries are called. */
const overrides = ['LoaderEntryOneShot', 'LoaderEntryDefault', 'LoaderEntryPreferred'];

/**
 * systemd-boot, which starts slots by the names of their entries: the number says which of them comes first, the counter how often it is
 * still tried. The loader renames an entry before it starts it, and levitate changes names alone.
 */
export const systemdBoot: LoaderKind = {
  environment: [1, 1],
  mostTries: 3,
  of: ({ environment: [entries], slots }) => {
    // The profile names a folder.
    const { device, file: folder } = entries as EnvironmentFile;
    const entryOfSlot = (name: string): EntryName | undefined => {
      const entry = readEntryName(name);
      return entry && Object.hasOwn(slots, entry.slot) ? entry : undefined;
    };
    const entriesIn = ({ names }: LoaderState) => sortedEntries(namesIn(names).map(entryOfSlot));
    return {
      places: () => ({
        names: namesPlace({ device, folder }),
        conf: filePlace({ device, file: confBeside(folder), bytes: 'any', fileSystems: ['vfat'] }),
        selected: variablePlace('LoaderEntrySelected', loaderVendor),
        ...Object.fromEntries(overrides.map((name) => [name, variablePlace(name, loaderVendor)])),
      }),
      read: (state) => {
        checkOverrides(state);
        checkLoaderConf(state['conf'], namesIn(state['names']), entryOfSlot);
        return recordOf(entriesIn(state));
      },
      change: (state, change) => {
        const names = namesIn(state['names']);
        const record = recordOf(entriesIn(state));
        // A change that changes nothing takes away what a power cut has left over.
        const entry =
          changedEntry(record, entriesIn(state), change) ?? entryOf(change.slot, entriesIn(state));
        const others = names.filter((name) => entryOfSlot(name)?.slot !== entry.slot);
        const bytes = namesBytes([...others, writeEntryName(entry)]);
        return [{ do: 'replace', place: 'names', bytes }];
      },
      started: ({ selected }) => {
        const id = Buffer.from(selected?.subarray(4) ?? []).toString('utf16le');
        return readEntryName(id.replace(/\0.*$/s, ''))?.slot;
      },
    };
  },
};

/** `loader.conf` lies beside the folder of entries. */
const confBeside = (folder: string): string => folder.replace(/\/[^/]*\/?$/, '/loader.conf');

function checkOverrides(state: LoaderState): void {
  const set = overrides.find((name) => (state[name]?.length ?? 0) > 0);
  if (set === undefined) return;
  throw new LevitateError(
    'BOOT_LOADER_UNKNOWN',
    `the variable ${set} of UEFI decides which entry systemd-boot starts, whatever its entries are called`,
    { hint: "bootctl set-default '' and bootctl set-oneshot '' take such a choice back." },
  );
}

/** The entries of slots, each slot's first one first: a power cut may have left more than one. */
const sortedEntries = (entries: (EntryName | undefined)[]): EntryName[] =>
  entries.filter((entry) => entry !== undefined).toSorted(compareEntries);

function recordOf(entries: EntryName[]): SlotRecord {
  const stable = entries.find(
    (entry) => !entry.tries && entries.find(({ slot }) => slot === entry.slot) === entry,
  );
  if (!stable)
    throw new LevitateError(
      'BOOT_LOADER_UNKNOWN',
      'systemd-boot has no entry that starts a slot without counting',
      { hint: 'Its entries are called levitate-NUMBER-SLOT.conf: levitate help slots.' },
    );
  const other = entries.find(({ slot }) => slot !== stable.slot);
  if (!other) return { stable: stable.slot };
  const { slot, tries } = other;
  if (!tries) return { stable: stable.slot, previous: slot };
  return {
    stable: stable.slot,
    trial: { slot, left: tries.left },
    // The loader itself counts what it has done; an entry that was never to start has no such count.
    ...(tries.left === 0 && tries.done === undefined ? { unfinished: slot } : {}),
  };
}

/** The entry that a slot has after a change; undefined where the change changes nothing. */
function changedEntry(
  { stable, trial }: SlotRecord,
  entries: EntryName[],
  { slot, ...change }: SlotChange,
): EntryName | undefined {
  const other = entries.find((entry) => entry.slot !== stable);
  const first = Math.max(...entries.map(({ number }) => number)) + 1;
  switch (change.do) {
    case 'disarm':
      return { number: entryOf(slot, entries).number, slot, tries: { left: 0 } };
    case 'stage-try':
      return {
        number: numberAbove(entryOf(slot, entries), entries),
        slot,
        tries: { left: change.tries },
      };
    case 'confirm':
      if (slot === stable) return undefined;
      return { number: numberAbove(entryOf(slot, entries), entries), slot };
    case 'rollback':
      if (slot !== stable) return { number: first, slot };
      if (!trial || !other?.tries || trial.left === 0) return undefined;
      return { ...other, tries: { left: 0, done: other.tries.done ?? 0 } };
  }
}

/** The number of an entry if it is above those of all other slots, else one that is. */
const numberAbove = ({ number, slot }: EntryName, entries: EntryName[]): number =>
  Math.max(
    number,
    ...entries.filter((entry) => entry.slot !== slot).map((entry) => entry.number + 1),
  );

function entryOf(slot: string, entries: EntryName[]): EntryName {
  const entry = entries.find((one) => one.slot === slot);
  if (entry) return entry;
  throw new LevitateError('BOOT_LOADER_UNKNOWN', `systemd-boot has no entry for slot ${slot}`, {
    hint: `It needs one called levitate-1-${slot}.conf beside that of the other slot, which starts what is copied for this slot: levitate help slots.`,
  });
}
