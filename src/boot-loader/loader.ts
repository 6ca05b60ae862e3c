import type { LoaderState, LoaderPlaces, LoaderWrite } from './loader-place.js';
import type { PresetName } from './u-boot/presets.js';
import type { VariableTable } from './u-boot/variable-table.js';
import type { SlotChange, SlotRecord } from './slot-record.js';

/** What a profile says of its boot loader. */
export interface LoaderSpec {
  /** The places that the loader chooses by, where the profile names them: files, or lines of `fw_env.config`. */
  environment: (EnvironmentFile | string)[];
  /** What U-Boot's variables say of slots. */
  variables?: PresetName | VariableTable | undefined;
  /** Whether an environment will do of which there is one copy. */
  acceptSingleCopy?: boolean | undefined;
  /** The slots, each with what the loader's variables call it where that is another name, what UEFI starts for it, or the number of its partition. */
  slots: Record<
    string,
    {
      called?: string | undefined;
      starts?: { file: string; options?: string | undefined } | undefined;
      partition?: number | undefined;
    }
  >;
}

/** A file that a profile names. */
export interface EnvironmentFile {
  /** The partition with the file. */
  device: string;
  /** The path of the file in the file system of that. */
  file: string;
}

/** A boot loader that starts slots by what lies in some places: from what was read, it tells what is to be written. */
export interface BootLoader {
  /**
   * Names the places that are to be read; it is asked again with what was read, until it names no more than that.
   * @param read what was read so far; at first nothing
   * @throws LevitateError BOOT_LOADER_UNKNOWN where what was read leads nowhere
   */
  places(read: LoaderState): LoaderPlaces;
  /**
   * Tells what the places say.
   * @throws LevitateError BOOT_LOADER_UNKNOWN where that is nothing of this loader, or of one that starts no slots
   */
  read(state: LoaderState): SlotRecord;
  /**
   * Gives what makes a change: one write, or several in this order. A power cut at any moment of them leaves what was, or what is
   * to be.
   * @throws LevitateError BOOT_LOADER_UNKNOWN as `read` does, and where the change does not fit
   */
  change(state: LoaderState, change: SlotChange): readonly LoaderWrite[];
  /** What a power cut leads to that a change leaves neither before nor after it, where there is such a moment: a sentence. */
  atCut?(state: LoaderState): string | undefined;
  /** Tells which slot the loader has started, where it leaves word of that other than by `levitate.slot=` for the kernel. */
  started?(state: LoaderState): string | undefined;
  /** What the kernel must be told with the reboot that leads to a trial (reboot(2), LINUX_REBOOT_CMD_RESTART2). */
  trialReboot?: string;
}

/** A kind of boot loader. */
export interface LoaderKind {
  /** How many places a profile names for it, at least and at most. */
  environment: readonly [least: number, most: number];
  /** How often it can start a slot on trial. */
  mostTries: number;
  /** Whether the profile says which file of a slot is started. */
  slotStarts?: true;
  /** Whether the profile says which partition each slot is started from. */
  slotPartitions?: true;
  /** The loader of a device, by what the profile says of it. */
  of(spec: LoaderSpec): BootLoader;
}
