import { access } from 'node:fs/promises';
import { LevitateError } from '../../errors.js';
import { loadProfile } from '../../profile/load.js';
import { cannotWrite, writeNew } from '../../shared/atomic-file.js';
import { quote } from '../../shared/shell-quote.js';

/** A file for a profile, which must not exist yet. */
export interface NewProfileFile {
  /** Its path. */
  path: string;
  /** The option of the command line that names another one. */
  option: string;
  /** The command that takes the file where it exists: it is given the path, quoted, and the profile's only target, if it has one. */
  command: (path: string, target: string | undefined) => string;
}

/**
 * Refuses a file that exists already, before a device is asked for anything.
 * @throws LevitateError OUTPUT_FAILED, with the command that takes the profile that is there
 */
export async function refuseToOverwrite(file: NewProfileFile): Promise<void> {
  const there = await access(file.path).then(
    () => true,
    () => false,
  );
  if (there) throw await existsAlready(file);
}

/**
 * Writes the text of a profile into a file that does not exist yet.
 * @throws LevitateError OUTPUT_FAILED
 */
export const writeProfile = (file: NewProfileFile, text: string): Promise<void> =>
  writeNew(file.path, text).catch(async (error: unknown) => {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw exists ? await existsAlready(file) : cannotWrite(file.path, error);
  });

async function existsAlready({ path, option, command }: NewProfileFile): Promise<LevitateError> {
  const profile = await loadProfile(path).catch(() => undefined);
  const [target, ...others] = Object.keys(profile?.targets ?? {});
  const only = others.length > 0 ? undefined : target;
  return new LevitateError('OUTPUT_FAILED', `${path} exists already`, {
    hint: `Name another file with ${option}, or move that one away.${profile ? ` If it is the profile of this device: ${command(quote(path), only)}` : ''}`,
  });
}
