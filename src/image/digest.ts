import path from 'node:path';
import { LevitateError } from '../errors.js';
import { digestsFor, longestChecksums } from './checksums.js';
import type { ImageRequest } from './request.js';
import { smallFile } from './small-file.js';

/** A digest that a file must have, and where it comes from. */
export interface Promised {
  sha256: string;
  /** For people: the command line, or the path of a list. */
  by: string;
}

/**
 * What the name of a list for one image adds to the name of the image; the next line names lists for a whole folder.
 */
const ownLists = ['.sha256', '.sha256sum'];
const folderLists = ['SHA256SUMS', 'sha256sums'];

/**
 * The digests that an image file must have: the one that was asked for, or else those of the lists beside it.
 * @throws LevitateError IMAGE_DIGEST where a list is unreadable, or contradicts itself, or is the image's own and has none
 */
export async function promisedDigests({ path: file, sha256 }: ImageRequest): Promise<Promised[]> {
  if (sha256 !== undefined) return [{ sha256: sha256.toLowerCase(), by: 'the command line' }];
  const found: Promised[] = [];
  for (const { list, own } of listsBeside(file)) {
    const bytes = await listBytes(list);
    const sha256 = bytes && digestIn(bytes, file, list, own);
    if (sha256 !== undefined) found.push({ sha256, by: list });
  }
  return found;
}

/** A list of digests that may lie beside an image. */
export interface List {
  list: string;
  /** Whether it is about this image alone. */
  own: boolean;
}

/** The lists that may lie beside an image. */
export const listsBeside = (file: string): List[] => [
  ...ownLists.map((ending) => ({ list: file + ending, own: true })),
  ...folderLists.map((name) => ({ list: path.join(path.dirname(file), name), own: false })),
];

/**
 * The digest that the bytes of a list give for a file; undefined where a list for a folder has none.
 * @throws LevitateError IMAGE_DIGEST where it contradicts itself, or is the image's own and has none
 */
export function digestIn(
  bytes: Buffer,
  file: string,
  list: string,
  own: boolean,
): string | undefined {
  const digests = [...digestsFor(file, bytes.toString('utf8'), list, own)];
  if (digests.length > 1) throw unusable(list, `gives several SHA-256 digests for ${file}`);
  if (digests.length === 0 && own) throw unusable(list, 'has no SHA-256 digest in it');
  return digests[0];
}

/**
 * Compares a file's digest with each that was promised for it.
 * @throws LevitateError IMAGE_DIGEST where the file's digest is not what was promised
 */
export function refuseOtherDigest(file: string, sha256: string, promised: Promised[]): void {
  for (const { sha256: wanted, by } of promised) {
    if (wanted === sha256) continue;
    throw new LevitateError(
      'IMAGE_DIGEST',
      `the image ${file} has the SHA-256 ${sha256}, and ${by} says ${wanted}`,
      {
        hint: 'Download or copy the image again, with its list. The digest is that of the file as it is stored, before it is decompressed.',
        data: { path: file, sha256, expected: wanted, by },
      },
    );
  }
}

/**
 * The bytes of a list; undefined where there is no such file.
 * @throws LevitateError IMAGE_DIGEST
 */
export const listBytes = (list: string): Promise<Buffer | undefined> =>
  smallFile(list, longestChecksums, (what, cause) => unusable(list, what, cause));

const unusable = (list: string, what: string, cause?: unknown): LevitateError =>
  new LevitateError('IMAGE_DIGEST', `${list} ${what}`, {
    hint: 'Get it again from where the image comes from, or give the digest: TARGET=FILE#sha256=HEX.',
    cause,
    data: { path: list },
  });
