import { randomBytes } from 'node:crypto';
import { link, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './make-folder.js';
import { LevitateError, reasonOf } from '../errors.js';

/**
 * Writes a file so that whoever reads it sees all of it or what was there before, after a power cut too.
 * @param mode of the file, and that of a folder which has to be made for it
 */
export const writeWhole = (
  path: string,
  bytes: string | Uint8Array,
  mode: { file?: number; folder?: number } = {},
): Promise<void> => putWhole(path, bytes, rename, mode);

/** The same for a file, and a folder that has to be made for it, which only this user may read. */
export const writePrivate = (path: string, bytes: string | Uint8Array): Promise<void> =>
  writeWhole(path, bytes, { file: 0o600, folder: 0o700 });

/** The same with a value, as JSON that people can read. */
export const writePrivateJson = (path: string, value: unknown): Promise<void> =>
  writePrivate(path, `${JSON.stringify(value, null, 2)}\n`);

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
  put: Put,
  mode: { file?: number; folder?: number } = {},
): Promise<void> {
  await makeFolder(dirname(path), mode.folder);
  await fillWhole(path, (file) => file.writeFile(bytes), { put, mode: mode.file });
}

/** How a file that is complete gets its name. */
type Put = (temporary: string, path: string) => Promise<void>;

/**
 * Makes a file of what `fill` writes into it, in a folder that is there. It gets its name only when all of it is on the
 * disk; what was there before stays until then, and nothing else stays behind where it fails.
 * @throws what `fill` and the file system throw
 */
export async function fillWhole(
  path: string,
  fill: (file: FileHandle) => Promise<void>,
  { put = rename, mode = 0o666 }: { put?: Put; mode?: number | undefined } = {},
): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await fill(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await put(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Makes the names of a folder outlast a power cut, on the file systems that can promise that (fsync(2)). */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/**
 * Writes a file that a person has asked for, as `writeWhole` does.
 * @throws LevitateError OUTPUT_FAILED
 */
export const writeOutput = (path: string, bytes: string | Uint8Array): Promise<void> =>
  writeWhole(path, bytes).catch((error: unknown) => {
    throw cannotWrite(path, error);
  });

/** The failure to write a file that a person has asked for: LevitateError OUTPUT_FAILED. */
export function cannotWrite(path: string, cause: unknown): LevitateError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  return new LevitateError('OUTPUT_FAILED', `${path} cannot be written: ${reasonOf(cause)}`, {
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
