import { fileOf, partitionGuidOf } from '../../boot-loader/efi/device-path.js';
import { NotALoadOption, readLoadOption } from '../../boot-loader/efi/load-option.js';

/** By what firmware finds the program that it starts: a partition with a GPT entry, and a file in it. */
export interface BootOption {
  /** The GUID of the partition, in the order of its bytes on disk. */
  partitionGuid: Buffer;
  /** The path of the file, with slashes; missing where the firmware takes the one of a removable medium. */
  path?: string;
}

/**
 * Reads a load option, the content of a variable `Boot####`. Pure.
 * @returns nothing where it names no partition by its GUID
 */
export function parseBootOption(bytes: Buffer): BootOption | undefined {
  const devicePath = pathIn(bytes);
  const partitionGuid = devicePath && partitionGuidOf(devicePath);
  if (!partitionGuid) return undefined;
  const names = (fileOf(devicePath) ?? '').split('\\').filter((name) => name !== '');
  const isPlain = names.length > 0 && names.every((name) => /^[\w.+-]{1,60}$/.test(name));
  return { partitionGuid, ...(isPlain ? { path: names.join('/') } : {}) };
}

function pathIn(bytes: Buffer): Buffer | undefined {
  try {
    return readLoadOption(bytes).path;
  } catch (error) {
    if (error instanceof NotALoadOption) return undefined;
    throw error;
  }
}
