import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepingFolder } from '../../shared/user-folders.js';
import { FedProgram } from './program.js';
import type { Signature } from './signature-file.js';
import type { TrustedKey } from './trusted-key.js';
import type { SignedBy, Verifier } from './signed-by.js';

/** The namespace that `ssh-keygen -Y sign -n file` signs files in. */
const namespace = 'file';

/** Compares a signature of `ssh-keygen -Y sign` (OpenSSH, PROTOCOL.sshsig) with ssh-keygen itself, which is fed the bytes. */
export class SshVerifier implements Verifier {
  private constructor(
    readonly signature: Signature,
    readonly keys: TrustedKey[],
    readonly folder: string,
    /** Who the key of the signature belongs to; undefined where it belongs to nobody who is trusted. */
    readonly signer: string | undefined,
    readonly program: FedProgram | undefined,
  ) {}

  static start(signature: Signature, keys: TrustedKey[]): Promise<SshVerifier> {
    return keepingFolder(async (folder) => {
      const [signers, file] = [join(folder, 'signers'), join(folder, 'signature')];
      await writeFile(signers, keys.map(({ data }) => data).join(''));
      await writeFile(file, signature.bytes);
      const find = ['-Y', 'find-principals', '-f', signers, '-s', file];
      const { status, stdout } = await new FedProgram('ssh-keygen', find).told();
      const signer = status === 0 ? stdout.split('\n')[0]?.split(',')[0] : undefined;
      const args = ['-Y', 'verify', '-f', signers, '-I', signer ?? '', '-n', namespace, '-s', file];
      const program = signer ? new FedProgram('ssh-keygen', args) : undefined;
      return new SshVerifier(signature, keys, folder, signer, program);
    });
  }

  async update(bytes: Buffer): Promise<void> {
    await this.program?.feed(bytes);
  }

  async finish(): Promise<SignedBy | string> {
    if (!this.program || this.signer === undefined)
      return 'is by a key that the profile does not trust, or that is not valid now';
    const { status, stdout, stderr } = await this.program.told();
    if (status !== 0) {
      const said = `${stderr}${stdout}`.trim().split('\n')[0] ?? '';
      return /incorrect signature/i.test(said)
        ? 'does not sign this file'
        : `is not accepted by ssh-keygen: ${said}`;
    }
    return {
      key: this.keys.map(({ name }) => name).join(' or '),
      id: this.signer,
      signature: this.signature.path,
    };
  }

  async close(): Promise<void> {
    await this.program?.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
