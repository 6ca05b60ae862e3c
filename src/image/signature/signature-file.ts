import { smallFile } from '../small-file.js';
import { isPgpSignature } from '../format/pgp.js';
import type { TrustedKey } from './trusted-key.js';

/** A signature that lies beside a file. */
export interface Signature {
  /** Path of the signature. */
  path: string;
  /** The kind of key that it is compared by. */
  kind: TrustedKey['kind'];
  bytes: Buffer;
}

/** What the name of a signature adds to the name of what it signs. */
const endings = ['.minisig', '.sig', '.asc', '.sign', '.gpg', '.sshsig'];

/** The most bytes of a signature; one of many OpenPGP keys has a few KiB. */
const longestSignature = 64 * 1024;

/**
 * Finds the signatures beside a file. What lies there under such a name and is none, or cannot be read, is passed over,
 * because other things are called so, too.
 */
export async function signaturesBeside(path: string): Promise<Signature[]> {
  const found: Signature[] = [];
  for (const ending of endings) {
    const bytes = await smallFile(path + ending, longestSignature);
    const kind = bytes && kindOf(bytes);
    if (bytes && kind) found.push({ path: path + ending, kind, bytes });
  }
  return found;
}

/** The kind of a signature by its content; undefined where it is none. */
function kindOf(bytes: Buffer): Signature['kind'] | undefined {
  const text = bytes.toString('latin1', 0, 64);
  if (/^untrusted comment:/i.test(text)) return 'ed25519';
  if (text.startsWith('-----BEGIN SSH SIGNATURE-----')) return 'ssh';
  if (text.startsWith('-----BEGIN PGP SIGNATURE-----') || isPgpSignature(bytes)) return 'openpgp';
  return undefined;
}
