import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { LevitateError, reasonOf } from '../errors.js';
import { digestsFor, longestChecksums } from './checksums.js';
import type { ImageRequest } from './request.js';
import type { StoredFile } from './stored-file.js';

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
  const lists = [
    ...ownLists.map((ending) => ({ list: file + ending, own: true })),
    ...folderLists.map((name) => ({ list: path.join(path.dirname(file), name), own: false })),
  ];
  const found: Promised[] = [];
  for (const { list, own } of lists) {
    const text = await listText(list);
    if (text === undefined) continue;
    const digests = [...digestsFor(file, text, list, own)];
    if (digests.length > 1) throw unusable(list, `gives several SHA-256 digests for ${file}`);
    if (digests[0] !== undefined) found.push({ sha256: digests[0], by: list });
    else if (own) throw unusable(list, 'has no SHA-256 digest in it');
  }
  return found;
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

/** Hex SHA-256 of a file as it is stored. */
export async function storedDigest(file: StoredFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of file.stream(0, file.size)) hash.update(bytes);
  return hash.digest('hex');
}

/** The text of a list; undefined where there is no such file. */
async function listText(list: string): Promise<string | undefined> {
  const handle = await open(list, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENAMETOOLONG')
        return undefined;
      throw unusable(list, `cannot be read: ${reasonOf(error)}`, error);
    },
  );
  if (handle === undefined) return undefined;
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) return undefined;
    if (stat.size > longestChecksums)
      throw unusable(list, `has ${stat.size} bytes, too many for a list of digests`);
    return (await handle.read(Buffer.alloc(stat.size), 0, stat.size, 0)).buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}

const unusable = (list: string, what: string, cause?: unknown): LevitateError =>
  new LevitateError('IMAGE_DIGEST', `${list} ${what}`, {
    hint: 'Get it again from where the image comes from, or give the digest: TARGET=FILE#sha256=HEX.',
    cause,
    data: { path: list },
  });
