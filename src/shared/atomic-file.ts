import { randomBytes } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LevitateError, reasonOf } from '../errors.js';

/** A name beside `path` that nobody else uses, on the same file system, so that a rename finishes the work. */
export const temporaryBeside = (path: string): string =>
  `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;

/**
 * Writes a file so that whoever reads it sees all of it or what was there before, after a power cut too.
 * @param mode of the file, and that of a folder which has to be made for it
 */
export const writeWhole = (
  path: string,
  bytes: string | Uint8Array,
  mode: { file?: number; folder?: number } = {},
): Promise<void> => putWhole(path, bytes, rename, mode);

/**
 * Writes a file that must not exist yet, whole or not at all.
 * @throws an Error with the code EEXIST if it does
 */
export const writeNew = (path: string, bytes: string | Uint8Array): Promise<void> =>
  putWhole(path, bytes, async (temporary) => {
    await link(temporary, path);
    await rm(temporary);
  });

async function putWhole(
  path: string,
  bytes: string | Uint8Array,
  put: (temporary: string, path: string) => Promise<void>,
  mode: { file?: number; folder?: number } = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: mode.folder ?? 0o777 });
  const temporary = temporaryBeside(path);
  try {
    const handle = await open(temporary, 'wx', mode.file ?? 0o666);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await put(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes the names of a folder outlast a power cut, on the file systems that can promise that (fsync(2)). */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** The failure to write a file that a person has asked for. */
export function cannotWrite(path: string, cause: unknown): LevitateError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  return new LevitateError('OUTPUT_FAILED', `${path} can't be written: ${reasonOf(cause)}`, {
    cause,
    hint: whatToDo[code] ?? 'Name a file in a folder that you may write to and that has room.',
  });
}

const whatToDo: Record<string, string> = {
  ENOSPC: 'Its disk is full: make room there (df tells), or name a file elsewhere.',
  EDQUOT: 'Your share of its disk is used up: make room there, or name a file elsewhere.',
  EROFS: 'Its disk is read-only: name a file elsewhere.',
  EACCES: 'You may not write there (ls -ld tells): name a file elsewhere.',
  EISDIR: 'That is a folder: name a file in it.',
  ENOTDIR: 'A part of its path is a file: name another one.',
};
