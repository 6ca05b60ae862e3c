import type { LoaderState } from '../loader-place.js';
import { fileOf, onSamePartition } from './device-path.js';
import {
  NotALoadOption,
  activeOption,
  readLoadOption,
  writeLoadOption,
  type LoadOption,
} from './load-option.js';
import { entryVariable, variableData } from './variable.js';

/** What stands on the command line of a slot that is tried, by which its trial timer knows. */
const trialWord = 'levitate.trial';

/** What the firmware is to start for a slot. */
export interface SlotStart {
  /** The path of its program on the partition that the running slot was started from. */
  file: string;
  /** What that is told. */
  options?: string | undefined;
}

/** A boot entry of a slot: there are two, of which one is for its trial. */
export interface SlotEntry {
  number: number;
  slot: string;
  trial: boolean;
  option: LoadOption;
}

/** The entries of slots among all that the firmware has. Pure. */
export function slotEntries(state: LoaderState, starts: Record<string, SlotStart>): SlotEntry[] {
  return presentNumbers(state).flatMap((number) => {
    const option = optionIn(state[entryVariable(number)]);
    const file = option && fileOf(option.path);
    if (!option || file === undefined) return [];
    const slot = Object.keys(starts).find((one) => sameFile(starts[one]!.file, file));
    return slot === undefined ? [] : [{ number, slot, trial: isTrial(option), option }];
  });
}

/** The numbers of the boot entries that were read, and of those that were made since. Pure. */
export const presentNumbers = (state: LoaderState): number[] =>
  Object.keys(state).flatMap((name) => {
    const digits = /^Boot([0-9A-F]{4})$/.exec(name)?.[1];
    return digits !== undefined && variableData(state[name]) ? [parseInt(digits, 16)] : [];
  });

/** The numbers of the boot entries that the firmware says it has. Pure. */
export const entryNumbers = ({ numbers }: LoaderState): number[] =>
  Buffer.from(numbers ?? [])
    .toString('latin1')
    .split('\n')
    .filter((line) => /^[0-9A-F]{4}$/.test(line))
    .map((line) => parseInt(line, 16));

/** Numbers that no entry has, from 0x1000 on: firmware counts what it finds by itself from 0. Pure. */
export function freeNumbers(taken: readonly number[], count: number): number[] {
  const free: number[] = [];
  for (let number = 0x1000; free.length < count; number += 1)
    if (!taken.includes(number)) free.push(number);
  return free;
}

/**
 * The entry by which a slot is started, or tried: as it is to be, made after that of another slot.
 * @param like an entry on the same partition
 * @returns undefined where nothing tells what it starts
 */
export function entryFor(
  slot: string,
  trial: boolean,
  { file, options }: SlotStart,
  like: LoadOption,
): LoadOption | undefined {
  const path = onSamePartition(like.path, inUefi(file));
  if (!path || options === undefined) return undefined;
  const words = trial ? `${options} ${trialWord}` : options;
  return {
    attributes: activeOption,
    description: `levitate ${slot}${trial ? ', on trial' : ''}`,
    path,
    data: Buffer.from(words, 'utf16le'),
  };
}

/** Are both entries the same to the last byte? Pure. */
export const sameOption = (one: LoadOption, other: LoadOption): boolean =>
  writeLoadOption(one).equals(writeLoadOption(other));

function optionIn(variable: Uint8Array | undefined): LoadOption | undefined {
  const value = variableData(variable);
  if (!value) return undefined;
  try {
    return readLoadOption(value);
  } catch (error) {
    // What others have left there is none of a slot.
    if (error instanceof NotALoadOption) return undefined;
    throw error;
  }
}

const isTrial = (option: LoadOption): boolean => optionsOf(option).split(' ').includes(trialWord);

/** What a kernel is told by an entry. Pure. */
export const optionsOf = ({ data }: LoadOption): string =>
  data.toString('utf16le').replace(/\0.*$/s, '');

/** FAT takes no case for a difference, and UEFI separates by backslashes. */
const sameFile = (one: string, other: string): boolean =>
  inUefi(one).toLowerCase() === inUefi(other).toLowerCase();

const inUefi = (file: string): string => file.replaceAll('/', '\\');
