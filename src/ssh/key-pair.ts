import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { isProgramMissing, programMissing } from '../shared/host-program.js';
import { temporaryFolder, temporaryParent, unusable } from '../shared/user-folders.js';

/** A key that one entry logs in with. */
export interface KeyPair {
  /** Private key in OpenSSH's PEM form, without passphrase. */
  privateKey: string;
  /** One line for `authorized_keys`, without newline. */
  publicKey: string;
}

/**
 * Makes an ed25519 key pair with ssh-keygen(1), in a folder that only this user can read and that is removed before
 * this returns, whatever happens.
 * @param comment stands at the end of the public line; one line of text
 * @throws LevitateError TOOL_MISSING without ssh-keygen; FOLDER_UNUSABLE where the key cannot be written
 */
export async function generateKeyPair(comment: string): Promise<KeyPair> {
  const folder = await temporaryFolder();
  try {
    const file = join(folder, 'key');
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file], {
      stdin: 'ignore',
    });
    const [privateKey, publicKey] = await Promise.all([
      readFile(file, 'utf8'),
      readFile(`${file}.pub`, 'utf8'),
    ]);
    return { privateKey, publicKey: publicKey.trim() };
  } catch (error) {
    if (isProgramMissing(error)) throw programMissing('ssh-keygen', error);
    throw unusable(temporaryParent(), error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
