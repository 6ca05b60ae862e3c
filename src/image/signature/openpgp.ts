import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepingFolder } from '../../shared/user-folders.js';
import { FedProgram } from './program.js';
import type { Signature } from './signature-file.js';
import type { TrustedKey } from './trusted-key.js';
import type { SignedBy, Verifier } from './signed-by.js';

/**
 * Compares a detached OpenPGP signature with gpgv(1), which trusts the keyring that it is given and no other. It reads the
 * bytes that are fed to it and not the file.
 */
export class OpenPgpVerifier implements Verifier {
  private constructor(
    readonly signature: Signature,
    readonly keys: TrustedKey[],
    readonly folder: string,
    readonly program: FedProgram,
  ) {}

  static start(signature: Signature, keys: TrustedKey[]): Promise<OpenPgpVerifier> {
    return keepingFolder(async (folder) => {
      const [keyring, file] = [join(folder, 'keyring.gpg'), join(folder, 'signature')];
      await writeFile(keyring, Buffer.concat(keys.map(({ data }) => Buffer.from(data, 'base64'))));
      await writeFile(file, signature.bytes);
      const args = [
        ...['--homedir', folder, '--status-fd', '1', '--weak-digest', 'SHA1'],
        ...['--keyring', keyring, '--', file, '-'],
      ];
      return new OpenPgpVerifier(signature, keys, folder, new FedProgram('gpgv', args));
    });
  }

  update(bytes: Buffer): Promise<void> {
    return this.program.feed(bytes);
  }

  /** GOODSIG is said of a signature that is right by a key that is neither expired nor revoked (GnuPG, doc/DETAILS). */
  async finish(): Promise<SignedBy | string> {
    const { status, stdout, stderr } = await this.program.told();
    const told = (word: string) => new RegExp(`^\\[GNUPG:\\] ${word} (.*)$`, 'm').exec(stdout)?.[1];
    const [good, valid] = [told('GOODSIG'), told('VALIDSIG')];
    if (status === 0 && good !== undefined && valid !== undefined)
      return {
        key: this.keys.map(({ name }) => name).join(' or '),
        id: valid.split(' ')[0] ?? '',
        signature: this.signature.path,
        comment: good.replace(/^\S+ /, ''),
      };
    const unknown = told('NO_PUBKEY');
    if (unknown !== undefined)
      return `is by a key with the id ${unknown}, which the profile does not trust`;
    if (told('BADSIG') !== undefined) return 'does not sign this file';
    const expired = told('EXPKEYSIG') ?? told('EXPSIG') ?? told('REVKEYSIG');
    if (expired !== undefined) return `is by a key that is expired or revoked (${expired})`;
    return `is not accepted by gpgv: ${stderr.trim().split('\n').at(-1) ?? ''}`;
  }

  async close(): Promise<void> {
    await this.program.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
