import { createHash, createPublicKey, verify } from 'node:crypto';
import type { Signature } from './signature-file.js';
import { ed25519KeySize, type TrustedKey } from './trusted-key.js';
import type { SignedBy, Verifier } from './signed-by.js';

/** Bytes of a signature: the algorithm, the id of the key, and the signature itself. */
const signatureSize = 74;

/** The most bytes that are held in memory, where all of the file is what is signed and not its hash. */
const mostHeld = 256 * 1024 * 1024;

interface Parts {
  /** `Ed` signs the bytes of the file, `ED` their BLAKE2b-512 (minisign's default). */
  algorithm: string;
  id: Buffer;
  value: Buffer;
  /** minisign: a comment, and a signature over the first one and the comment. */
  trusted?: { comment: string; value: Buffer };
}

/**
 * Compares a signature of minisign ("Minisign", Signature format), signify (signify(1)) or usign: Ed25519 over the file, or in
 * minisign's newer form over its BLAKE2b-512.
 */
export class Ed25519Verifier implements Verifier {
  readonly #parts: Parts | undefined;
  readonly #hash = createHash('blake2b512');
  #held: Buffer[] = [];

  /** @param size bytes of what is signed */
  constructor(
    readonly signature: Signature,
    readonly keys: TrustedKey[],
    readonly size: number,
  ) {
    this.#parts = partsOf(signature.bytes.toString('utf8'));
  }

  update(bytes: Buffer): Promise<void> {
    if (this.#parts?.algorithm === 'ED') this.#hash.update(bytes);
    else if (this.size <= mostHeld) this.#held.push(bytes);
    return Promise.resolve();
  }

  finish(): Promise<SignedBy | string> {
    return Promise.resolve(this.#judge());
  }

  close(): Promise<void> {
    this.#held = [];
    return Promise.resolve();
  }

  #judge(): SignedBy | string {
    const parts = this.#parts;
    if (parts === undefined) return 'is not a whole signature of minisign, signify or usign';
    const id = parts.id.toString('hex');
    const key = this.keys.find(({ data }) => idOf(data).equals(parts.id));
    if (!key) return `is by a key with the id ${id}, which the profile does not trust`;
    const hashed = parts.algorithm === 'ED';
    if (!hashed && this.size > mostHeld)
      return `signs all bytes of a file that is too large for that: sign its hash (minisign -H), or a list of digests`;
    const message = hashed ? this.#hash.digest() : Buffer.concat(this.#held);
    if (!isSigned(key, message, parts.value)) return 'does not sign this file';
    const { trusted } = parts;
    if (
      trusted &&
      !isSigned(key, Buffer.concat([parts.value, Buffer.from(trusted.comment)]), trusted.value)
    )
      return 'has a trusted comment that is not signed';
    return {
      key: key.name,
      id,
      signature: this.signature.path,
      ...(trusted ? { comment: trusted.comment } : {}),
    };
  }
}

const idOf = (data: string): Buffer => Buffer.from(data, 'base64').subarray(2, 10);

/** The beginning of an Ed25519 key as SubjectPublicKeyInfo (RFC 8410, §4). */
const spki = Buffer.from('302a300506032b6570032100', 'hex');

function isSigned({ data }: TrustedKey, message: Buffer, value: Buffer): boolean {
  const key = Buffer.from(data, 'base64').subarray(10, ed25519KeySize);
  const publicKey = createPublicKey({
    key: Buffer.concat([spki, key]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, message, publicKey, value);
}

function partsOf(text: string): Parts | undefined {
  const [, first = '', comment, second] = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const bytes = Buffer.from(first, 'base64');
  const algorithm = bytes.toString('latin1', 0, 2);
  if (bytes.length !== signatureSize || !['Ed', 'ED'].includes(algorithm)) return undefined;
  const parts = { algorithm, id: bytes.subarray(2, 10), value: bytes.subarray(10) };
  const prefix = 'trusted comment: ';
  if (!comment?.startsWith(prefix)) return algorithm === 'ED' ? undefined : parts;
  const value = Buffer.from(second ?? '', 'base64');
  if (value.length !== 64) return undefined;
  return { ...parts, trusted: { comment: comment.slice(prefix.length), value } };
}
