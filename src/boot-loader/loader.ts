import type { SlotChange, SlotRecord } from './slot-record.js';

/** A boot loader that starts slots by a record: from what was read, it tells what is to be written. */
export interface BootLoader {
  /** What a profile calls it. */
  name: string;
  /** Bytes of the file with the record. */
  fileBytes: number;
  /** The file systems, as the kernel calls them, on which the loader can write that file. */
  fileSystems: readonly string[];
  /**
   * Tells what the record says.
   * @throws LevitateError BOOT_LOADER_UNKNOWN where it is none of this loader, or one that starts no slots
   */
  read(file: Uint8Array): SlotRecord;
  /**
   * Gives the whole file after a change; it differs in one sector, so that a power cut leaves the one or the other.
   * @throws LevitateError BOOT_LOADER_UNKNOWN as `read` does, and where the change does not fit
   */
  change(file: Uint8Array, change: SlotChange): Uint8Array;
}
