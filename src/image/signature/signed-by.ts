import type { Signature } from './signature-file.js';

/** A signature that is good, by a key that is trusted. */
export interface SignedBy {
  /** The key, as the profile calls it. */
  key: string;
  /** Which key in that file: an id, a fingerprint or a signer. */
  id: string;
  /** Path of the signature. */
  signature: string;
  /** Path of the list of digests that is signed, where that is not the image itself. */
  list?: string;
  /** What the signature says and signs as well: minisign's trusted comment. */
  comment?: string;
}

/** Compares one signature with bytes that stream past, by all keys of its kind. */
export interface Verifier {
  readonly signature: Signature;
  update(bytes: Buffer): Promise<void>;
  /** Gives who has signed, or why the signature does not count, as a sentence without its end. */
  finish(): Promise<SignedBy | string>;
  /** Ends what runs for it; nothing more is asked of it. */
  close(): Promise<void>;
}
