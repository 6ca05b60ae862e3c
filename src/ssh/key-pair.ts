import { generateKeyPairSync, randomBytes } from 'node:crypto';

export interface KeyPair {
  /** Private key in OpenSSH's PEM form, without passphrase. */
  privateKey: string;
  /** One line for `authorized_keys`, without newline. */
  publicKey: string;
}

/**
 * Makes an ed25519 key pair. `comment` stands at the end of the public line; one line of text.
 * The file is written here (OpenSSH `PROTOCOL.key`) because ssh2's own generator makes one broken key in 200:
 * it drops leading zeros.
 */
export function generateKeyPair(comment: string): KeyPair {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const publicBytes = Buffer.from(x, 'base64url');
  const type = 'ssh-ed25519';
  const publicBlob = Buffer.concat([field(type), field(publicBytes)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    publicBlob,
    field(Buffer.concat([Buffer.from(d, 'base64url'), publicBytes])),
    field(comment),
  ]);
  const padding = Buffer.from(Array.from({ length: -secret.length & 7 }, (_, index) => index + 1));
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = file.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    privateKey: [
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      ...lines,
      '-----END OPENSSH PRIVATE KEY-----',
      '',
    ].join('\n'),
    publicKey: `${type} ${publicBlob.toString('base64')} ${comment}`,
  };
}

/** A string as SSH writes it: its length in four bytes, then its bytes (RFC 4251, §5). */
function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
