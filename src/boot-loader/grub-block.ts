/** What both ways to have GRUB start slots by its environment block have in common. */
import { LevitateError } from '../errors.js';
import { NotAnEnvBlock } from './env-block.js';
import type { SlotRecord } from './slot-record.js';

/** What a disk writes whole or not at all: all variables that decide lie in the first of the block's sectors. */
export const blockSectorBytes = 512;

/** GRUB's save_env refuses other places by leaving the block as it is, and a one-time choice would then last for ever. */
export const grubFileSystems = ['ext4', 'ext3', 'ext2', 'vfat'];

/** Whether a variable is levitate's alone, by its name. Pure. */
export const isLevitates = (name: string): boolean => name.startsWith('lv_');

/** The variables with what is noted of slots beside those that start. Pure. */
export const notesOf = ({ unfinished, previous }: SlotRecord): Record<string, string> => ({
  ...(unfinished === undefined ? {} : { lv_unfinished: unfinished }),
  ...(previous === undefined ? {} : { lv_previous: previous }),
});

/**
 * Does something with a block, and tells a person what is wrong with one that is none.
 * @param what what the message of a NotAnEnvBlock is said of
 * @throws LevitateError BOOT_LOADER_UNKNOWN
 */
export function inGrub<T>(what: string, hint: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof NotAnEnvBlock)) throw cause;
    throw new LevitateError('BOOT_LOADER_UNKNOWN', `${what} ${cause.message}`, { hint, cause });
  }
}
