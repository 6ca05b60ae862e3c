import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A name beside `path` that nobody else uses, on the same file system, so that a rename finishes the work. */
export const temporaryBeside = (path: string): string =>
  `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;

/** Writes a file so that whoever reads it sees all of it or what was there before. */
export async function writeWhole(path: string, bytes: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryBeside(path);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
