import { access } from 'node:fs/promises';
import { LevitateError } from '../../errors.js';
import { cannotWrite, writeNew } from '../../shared/atomic-file.js';

/**
 * Refuses a file that exists already, before a device is asked for anything.
 * @param option the option of the command line that names another one
 * @throws LevitateError OUTPUT_FAILED
 */
export async function refuseToOverwrite(path: string, option: string): Promise<void> {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) throw existsAlready(path, option);
}

/**
 * Writes the text of a profile into a file that does not exist yet.
 * @throws LevitateError OUTPUT_FAILED
 */
export const writeProfile = (path: string, text: string, option: string): Promise<void> =>
  writeNew(path, text).catch((error: unknown) => {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw exists ? existsAlready(path, option) : cannotWrite(path, error);
  });

const existsAlready = (path: string, option: string) =>
  new LevitateError('OUTPUT_FAILED', `${path} exists already`, {
    hint: `Name another file with ${option}, or move that one away. If it is the profile of this device, give it: levitate deploy HOST PROFILE TARGET=IMAGE.`,
  });
