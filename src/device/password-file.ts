import { open, stat } from 'node:fs/promises';
import { LevitateError, reasonOf } from '../errors.js';
import { quote } from '../shared/shell-quote.js';

/** The file that the environment names for the password of sudo, doas or su; undefined where it names none. */
export const passwordFile = (): string | undefined =>
  process.env['LEVITATE_SUDO_PASSWORD_FILE'] || undefined;

/** What came through a pipe, by its path: it comes only once, and a command logs in more than once. */
const fromPipes = new Map<string, string>();

/**
 * Reads the password that sudo, doas or su asks for: the first line of the file that LEVITATE_SUDO_PASSWORD_FILE names. As ssh does
 * with a private key, it refuses a file of one's own that others may read (sshkey_perm_ok in OpenSSH's authfile.c): the
 * password counts as known to them, and nothing on the device has changed yet. What is no file, such as a pipe, has no such
 * rights, and those of a file that belongs to somebody else, such as a mounted secret, are not the user's to set.
 * @throws LevitateError USAGE
 */
export async function passwordIn(file: string): Promise<string> {
  const known = fromPipes.get(file);
  if (known !== undefined) return known;
  try {
    await using opened = await open(file);
    const about = await opened.stat();
    if (about.isFile() && about.uid === process.getuid?.() && (about.mode & 0o077) !== 0)
      throw tooOpen(file, about.mode & 0o777);
    const [password = ''] = (await opened.readFile('utf8')).split(/\r?\n/, 1);
    if (about.isFIFO()) fromPipes.set(file, password);
    return password;
  } catch (cause) {
    if (cause instanceof LevitateError) throw cause;
    throw unreadable(cause);
  }
}

/**
 * Refuses a file that `passwordIn` would refuse, before anything is asked of anybody. What comes through a pipe is not read yet.
 * @throws LevitateError USAGE
 */
export async function checkPasswordFile(file: string): Promise<void> {
  const about = await stat(file).catch((cause: unknown) => {
    throw unreadable(cause);
  });
  if (about.isFile()) await passwordIn(file);
}

const unreadable = (cause: unknown): LevitateError =>
  new LevitateError('USAGE', `LEVITATE_SUDO_PASSWORD_FILE cannot be read: ${reasonOf(cause)}`, {
    hint: 'It names a file whose first line is the password that sudo, doas or su asks for.',
    cause,
  });

const tooOpen = (file: string, mode: number): LevitateError =>
  new LevitateError(
    'USAGE',
    `others on this machine may read the password in ${file}, which LEVITATE_SUDO_PASSWORD_FILE names (mode ${mode.toString(8).padStart(4, '0')})`,
    {
      hint: `Keep it to yourself: chmod 600 ${quote(file)}. If others may have read it, change the password on the device.`,
    },
  );
