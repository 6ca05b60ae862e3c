const publicKey =
  /^(?:\S.*\s)?(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com)\s+([A-Za-z0-9+/]+={0,3})(?:\s.*)?$/;

/** Says what is wrong with a key file, never what is in it. */
export class NotPublicKeys extends Error {}

/**
 * Reads a public key file in the format of authorized_keys (sshd(8)): one key a line, blank lines and comments skipped.
 * @throws NotPublicKeys when a line is no public key, when there is none, or when it is a private key.
 */
export function parsePublicKeys(text: string): string[] {
  if (/PRIVATE KEY/.test(text)) {
    throw new NotPublicKeys('a PRIVATE key, which must never leave its machine (not read further)');
  }
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw new NotPublicKeys('a file without any key');
  for (const line of lines) {
    if (!isPublicKey(line)) throw new NotPublicKeys('a file that holds something else');
  }
  return lines;
}

/**
 * Whether a line of authorized_keys is a whole public key: the key's own bytes begin with its type (RFC 4253 §6.6), so a
 * truncated or mislabelled one shows.
 */
export function isPublicKey(line: string): boolean {
  const [, type = '', encoded = ''] = publicKey.exec(line) ?? [];
  const blob = Buffer.from(encoded, 'base64');
  if (blob.length < 4 + type.length || type === '') return false;
  return (
    blob.readUInt32BE(0) === type.length && blob.toString('latin1', 4, 4 + type.length) === type
  );
}
