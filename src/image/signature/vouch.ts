import { createHash } from 'node:crypto';
import { LevitateError } from '../../errors.js';
import { compressionOf } from '../compression/compression.js';
import { digestIn, listBytes, listsBeside, refuseOtherDigest, type Promised } from '../digest.js';
import { endsInTrailer } from '../fwtool.js';
import { pin } from '../pinned-file.js';
import type { StoredFile, StoredFileOptions } from '../stored-file.js';
import { signaturesBeside, type Signature } from './signature-file.js';
import type { SignedBy, Verifier } from './signed-by.js';
import type { TrustedKey } from './trusted-key.js';
import { verifierOf } from './verifier.js';

/** What must vouch for a file before anything is made of it. */
export interface Wanted {
  /** Digests that it must have. */
  promised: Promised[];
  /** Keys of which one must have signed it; none where it need not be signed. */
  trust: TrustedKey[];
  /** Whether its bytes are taken as they are. */
  raw: boolean;
}

/**
 * Compares a file with what must vouch for it, and gives it such that later reads bring the very bytes that were compared.
 * A file that nobody must have signed and whose content is the file itself is left to whoever hashes the content.
 * @throws LevitateError IMAGE_UNSIGNED, IMAGE_SIGNATURE, IMAGE_DIGEST; from later reads IMAGE_CHANGED
 */
export async function vouchedFor(
  file: StoredFile,
  { promised, trust, raw }: Wanted,
  options: Pick<StoredFileOptions, 'onRead'>,
): Promise<{ file: StoredFile; signedBy?: SignedBy }> {
  if (trust.length === 0 && (promised.length === 0 || raw || (await isPlain(file))))
    return { file };
  const own = trust.length === 0 ? [] : await signaturesBeside(file.path);
  const list =
    trust.length === 0 || own.length > 0 ? undefined : await signedList(file.path, trust);
  if (trust.length > 0 && own.length === 0 && list === undefined) throw unsigned(file.path);
  const hash = createHash('sha256');
  const verifiers = await verifiersOf(file.path, own, trust, file);
  try {
    const pinned = await pin(
      file,
      async (bytes) => {
        hash.update(bytes);
        for (const verifier of verifiers) await verifier.update(bytes);
      },
      options,
    );
    refuseOtherDigest(file.path, hash.digest('hex'), list ? [...promised, list.digest] : promised);
    const signedBy = list?.signedBy ?? (await goodOne(file.path, own, verifiers));
    return { file: pinned, ...(signedBy ? { signedBy } : {}) };
  } finally {
    for (const verifier of verifiers) await verifier.close();
  }
}

/** Whether the content of a file is the file itself. */
async function isPlain(file: StoredFile): Promise<boolean> {
  const tail = await file.read(Math.max(0, file.size - 16), 16);
  return compressionOf(await file.read(0, 32)) === 'none' && !endsInTrailer(tail);
}

/**
 * The digest that a signed list beside a file gives for it.
 * @throws LevitateError IMAGE_SIGNATURE where a list that names the file has a signature, and none that counts
 */
async function signedList(
  path: string,
  trust: TrustedKey[],
): Promise<{ digest: Promised; signedBy: SignedBy } | undefined> {
  for (const { list, own } of listsBeside(path)) {
    const bytes = await listBytes(list);
    const sha256 = bytes && digestIn(bytes, path, list, own);
    const signatures = sha256 === undefined ? [] : await signaturesBeside(list);
    if (!bytes || sha256 === undefined || signatures.length === 0) continue;
    const verifiers = await verifiersOf(list, signatures, trust, { size: bytes.length });
    try {
      for (const verifier of verifiers) await verifier.update(bytes);
      const signedBy = await goodOne(list, signatures, verifiers);
      if (signedBy) return { digest: { sha256, by: list }, signedBy: { ...signedBy, list } };
    } finally {
      for (const verifier of verifiers) await verifier.close();
    }
  }
  return undefined;
}

/**
 * Makes the verifiers of those signatures that there are keys for.
 * @throws LevitateError IMAGE_SIGNATURE where there is none for any of them
 */
async function verifiersOf(
  path: string,
  signatures: Signature[],
  trust: TrustedKey[],
  about: Pick<StoredFile, 'size'>,
): Promise<Verifier[]> {
  const verifiers: Verifier[] = [];
  try {
    for (const signature of signatures) {
      const keys = trust.filter(({ kind }) => kind === signature.kind);
      if (keys.length > 0) verifiers.push(await verifierOf(signature, keys, about));
    }
  } catch (error) {
    for (const verifier of verifiers) await verifier.close();
    throw error;
  }
  if (signatures.length > 0 && verifiers.length === 0)
    throw wrong(
      path,
      signatures,
      signatures.map(
        (one) => `${one.path} is of a kind (${one.kind}) that the profile has no key for`,
      ),
    );
  return verifiers;
}

/**
 * Gives the first signature that counts; undefined where none was to be looked at.
 * @throws LevitateError IMAGE_SIGNATURE where none of several counts
 */
async function goodOne(
  path: string,
  signatures: Signature[],
  verifiers: Verifier[],
): Promise<SignedBy | undefined> {
  const reasons: string[] = [];
  for (const verifier of verifiers) {
    const found = await verifier.finish();
    if (typeof found !== 'string') return found;
    reasons.push(`${verifier.signature.path} ${found}`);
  }
  if (reasons.length === 0) return undefined;
  throw wrong(path, signatures, reasons);
}

const unsigned = (path: string): LevitateError =>
  new LevitateError(
    'IMAGE_UNSIGNED',
    `nothing beside ${path} signs it, and the profile takes signed images only`,
    {
      hint: `The signature lies beside the image, as ${path}.minisig, .sig or .asc; or it signs SHA256SUMS there. levitate help signed-images tells more.`,
      data: { path },
    },
  );

const wrong = (path: string, signatures: Signature[], reasons: string[]): LevitateError =>
  new LevitateError(
    'IMAGE_SIGNATURE',
    `${path} is not signed by a key that the profile trusts: ${reasons.join('; ')}`,
    {
      hint: 'Get the image and its signature again from where they come from. Whoever made them may sign with another key now: ask them before you trust it.',
      data: { path, signatures: signatures.map((one) => one.path) },
    },
  );
