import type { StoredFile } from '../stored-file.js';
import { Ed25519Verifier } from './ed25519.js';
import { OpenPgpVerifier } from './openpgp.js';
import type { Signature } from './signature-file.js';
import type { Verifier } from './signed-by.js';
import { SshVerifier } from './ssh-signature.js';
import type { TrustedKey } from './trusted-key.js';

/**
 * Makes the verifier of a signature.
 * @param keys of the signature's kind
 * @throws LevitateError TOOL_MISSING, FOLDER_UNUSABLE
 */
export async function verifierOf(
  signature: Signature,
  keys: TrustedKey[],
  { size }: Pick<StoredFile, 'size'>,
): Promise<Verifier> {
  switch (signature.kind) {
    case 'ed25519':
      return new Ed25519Verifier(signature, keys, size);
    case 'openpgp':
      return OpenPgpVerifier.start(signature, keys);
    case 'ssh':
      return SshVerifier.start(signature, keys);
  }
}
