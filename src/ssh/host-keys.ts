import { createHash } from 'node:crypto';

/** A public key as `authorized_keys`, `*.pub` files and `known_hosts` write it (sshd(8), OpenSSH). */
export interface HostKey {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256` … */
  type: string;
  /** The key as it is sent on the wire (RFC 4253, §6.6). */
  blob: Buffer;
}

/**
 * Reads a key from a line of a `.pub` file (`type base64 comment`) or of `known_hosts` (`hosts type base64`).
 * @returns undefined for a blank line, a comment, a revoked or certificate authority key, and anything else
 * whose base64 does not hold the type that stands before it.
 */
export function parseHostKey(line: string): HostKey | undefined {
  const words = line.trim().split(/\s+/);
  if (words[0]?.startsWith('#') === true || words[0]?.startsWith('@') === true) return undefined;
  for (const at of [0, 1]) {
    const type = words[at];
    const blob = Buffer.from(words[at + 1] ?? '', 'base64');
    if (type !== undefined && typeInside(blob) === type) return { type, blob };
  }
  return undefined;
}

/** All keys of a file such as `known_hosts`, or of what `ssh-keyscan` prints. */
export const parseHostKeys = (text: string): HostKey[] =>
  text.split('\n').flatMap((line) => parseHostKey(line) ?? []);

/** `SHA256:…`, as OpenSSH shows it, of a key line or of a key's bytes; undefined where the line holds no key. */
export function fingerprint(key: string | Uint8Array): string | undefined {
  const blob = typeof key === 'string' ? parseHostKey(key)?.blob : key;
  if (blob === undefined) return undefined;
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The type's name, with which every key begins: a length in four bytes, and that many bytes. */
function typeInside(blob: Buffer): string | undefined {
  if (blob.length < 4) return undefined;
  return blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
}
