import { Type, type Static } from '@sinclair/typebox';

/** A public key, or several in one file, whose signatures on images count. */
export const TrustedKey = Type.Object({
  /** What the profile calls it: the path of its file. */
  name: Type.String(),
  kind: Type.Union([Type.Literal('ed25519'), Type.Literal('openpgp'), Type.Literal('ssh')]),
  /**
   * Of `ed25519` the 42 bytes of minisign, signify and usign in base64; of `openpgp` a keyring in base64; of `ssh` a file of
   * allowed signers (ssh-keygen(1)).
   */
  data: Type.String(),
});
/** A public key, or several in one file, whose signatures on images count. */
export type TrustedKey = Static<typeof TrustedKey>;

/** Says why a file is no key that can be trusted; a predicate for people. */
export class NotATrustedKey extends Error {}

/** Bytes of a key of minisign, signify and usign: `Ed`, the key's id of eight bytes, and the key itself. */
export const ed25519KeySize = 42;

/**
 * Reads a file with a public key; its content tells of which kind it is.
 * @param name what messages call it
 * @throws NotATrustedKey
 */
export function readTrustedKey(bytes: Buffer, name: string): TrustedKey {
  const text = bytes.toString('utf8');
  if (/PRIVATE KEY|minisign encrypted secret key|signify secret key|private key$/im.test(text))
    throw new NotATrustedKey('a secret key, which must never leave its machine (not read further)');
  if (/^untrusted comment:/i.test(text)) return ed25519Key(text, name);
  if (/^[A-Za-z0-9+/]{56}\s*$/.test(text)) return ed25519Key(`\n${text}`, name);
  if (text.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----'))
    return { name, kind: 'openpgp', data: dearmored(text) };
  if (isKeyring(bytes)) return { name, kind: 'openpgp', data: bytes.toString('base64') };
  const signers = allowedSigners(text);
  if (signers !== undefined) return { name, kind: 'ssh', data: signers };
  throw new NotATrustedKey(
    'no public key of minisign, signify, usign, OpenPGP or SSH, nor a file of allowed signers',
  );
}

/** minisign(1), signify(1) and usign have the same form: a comment, and base64. */
function ed25519Key(text: string, name: string): TrustedKey {
  const data = text.split(/\r?\n/)[1]?.trim() ?? '';
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length !== ed25519KeySize || bytes.toString('latin1', 0, 2) !== 'Ed')
    throw new NotATrustedKey('not a whole public key of minisign, signify or usign');
  return { name, kind: 'ed25519', data: bytes.toString('base64') };
}

/** The binary form of every block of an armored file (RFC 9580, §6.2), which is what gpgv takes. */
function dearmored(text: string): string {
  const block =
    /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([^]*?)-----END PGP PUBLIC KEY BLOCK-----/g;
  const keys = [...text.matchAll(block)].map(([, body = '']) => {
    const lines = body.split(/\r?\n/);
    const data = lines.slice(lines.indexOf('') + 1).filter((line) => !line.startsWith('='));
    return Buffer.from(data.join(''), 'base64');
  });
  const keyring = Buffer.concat(keys);
  if (!isKeyring(keyring)) throw new NotATrustedKey('not a whole OpenPGP public key');
  return keyring.toString('base64');
}

/** Whether a whole public key packet comes first (RFC 9580, §4.2 and §5.5.1.1). */
function isKeyring(bytes: Buffer): boolean {
  if (bytes.length < 12) return false;
  const [tag = 0, first = 0, second = 0] = bytes;
  if (tag === 0x98) return 2 + first <= bytes.length;
  if (tag === 0x99) return 3 + bytes.readUInt16BE(1) <= bytes.length;
  if (tag !== 0xc6 || first >= 224) return false;
  const length = first < 192 ? 2 + first : 3 + ((first - 192) << 8) + second + 192;
  return length <= bytes.length;
}

const keyType = /^(ssh-|ecdsa-sha2-|sk-)/;

/** A file of allowed signers; lines of a .pub file become signers of the name `levitate`. */
function allowedSigners(text: string): string | undefined {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const signers = lines.map((line) => (keyType.test(line) ? `levitate ${line}` : line));
  const sound = signers.every((line) =>
    /^\S+ (.+ )?(ssh-|ecdsa-sha2-|sk-)\S+ [A-Za-z0-9+/]{20,}={0,2}( |$)/.test(line),
  );
  return lines.length > 0 && sound ? `${signers.join('\n')}\n` : undefined;
}
