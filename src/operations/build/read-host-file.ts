import { readFile, stat } from 'node:fs/promises';
import { maxUnpacked } from '../../archive/read.js';
import { LevitateError, reasonOf } from '../../errors.js';
import type { ReadHostFile } from '../../rootfs/resolve.js';

/**
 * Reads a file of this machine that a profile names.
 * @throws LevitateError PROFILE_INVALID
 */
export const readHostFile: ReadHostFile = async (path) => {
  try {
    const { mode, size } = await stat(path);
    if (size > maxUnpacked) throw beyondUnpacked(path, size);
    return { bytes: await readFile(path), executable: (mode & 0o100) !== 0 };
  } catch (error) {
    if (error instanceof LevitateError) throw error;
    throw new LevitateError('PROFILE_INVALID', `${path} cannot be read: ${reasonOf(error)}`, {
      cause: error,
      hint: 'The profile names it under root.files: it must be a file that you may read.',
    });
  }
};

/** The error for what does not fit into a root. */
export const beyondUnpacked = (what: string, bytes: number): LevitateError =>
  new LevitateError('PROFILE_INVALID', `${what} has ${bytes} bytes, and a root has 1 GiB at most`, {
    hint: 'It is unpacked into RAM. Write what is larger to a target: levitate flash HOST TARGET=IMAGE.',
    data: { bytes },
  });
