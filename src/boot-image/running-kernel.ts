import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { LevitateError, reasonOf } from '../errors.js';

/** A kernel that starts a rescue. */
export interface GivenKernel {
  /** Path of its file on this machine. */
  path: string;
  /** Its bytes, not compressed as a whole. */
  bytes: Buffer;
  /** What `uname -r` prints where it runs. */
  release: string;
  /** Whether firmware can start it as a program of UEFI. */
  isEfi: boolean;
}

/** Where a bzImage says that it is one, and where its version stands (Linux `Documentation/arch/x86/boot.rst`). */
const bzImage = { mark: 0x202, version: 0x20e };
/** Where an arm64 Image says so (`Documentation/arch/arm64/booting.rst`). */
const armMark = 0x38;
const gzipMark = Buffer.from('1f8b', 'hex');
/** What each kernel prints first. */
const banner = 'Linux version ';

/**
 * Reads a kernel that is to start a rescue.
 * @throws LevitateError IMAGE_UNREADABLE, IMAGE_FORMAT where it does not tell its release
 */
export async function readKernel(path: string): Promise<GivenKernel> {
  const file = await readFile(path).catch((error: unknown) => {
    throw new LevitateError('IMAGE_UNREADABLE', `${path} cannot be read: ${reasonOf(error)}`, {
      cause: error,
      hint: 'Give --kernel the file of the kernel that runs on the device.',
    });
  });
  const bytes = file.subarray(0, 2).equals(gzipMark) ? gunzipSync(file) : file;
  const release = kernelReleaseOf(bytes);
  if (release === undefined)
    throw new LevitateError('IMAGE_FORMAT', `${path} is no bzImage and no Image for arm64`, {
      hint: 'Give --kernel the file of the kernel that runs on the device, as its boot loader starts it.',
    });
  return { path, bytes, release, isEfi: bytes.toString('latin1', 0, 2) === 'MZ' };
}

/** The release of a kernel, as it says so of itself; nothing where it is none that is known here. Pure. */
export function kernelReleaseOf(bytes: Buffer): string | undefined {
  if (bytes.length < 0x400) return undefined;
  if (bytes.toString('latin1', bzImage.mark, bzImage.mark + 4) === 'HdrS') {
    const at = bytes.readUInt16LE(bzImage.version) + 0x200;
    return /^[^\s\0]+/.exec(bytes.toString('latin1', at, at + 128))?.[0];
  }
  if (bytes.toString('latin1', armMark, armMark + 4) !== 'ARM\x64') return undefined;
  const at = bytes.indexOf(banner);
  if (at < 0) return undefined;
  return /^[^\s\0]+/.exec(bytes.toString('latin1', at + banner.length, at + 128))?.[0];
}
