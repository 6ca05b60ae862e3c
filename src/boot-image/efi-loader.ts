import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UefiArchitecture } from '../flash/rescue/uefi.js';
import { packageFolder } from '../shared/package-files.js';

/**
 * Reads the boot loader of a rescue on UEFI (initramfs/efi), compiled for a processor.
 * @returns its bytes; or why there are none, a sentence without a stop
 */
export async function efiLoader(arch: UefiArchitecture): Promise<Uint8Array | { why: string }> {
  const path = join(packageFolder(), 'dist/efi', `${arch}.efi`);
  return readFile(path).catch(() => ({
    why: `this levitate has no boot loader for ${arch} (in a checkout, npm run helper compiles it)`,
  }));
}
