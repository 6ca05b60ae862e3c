import { indexImage } from '../image/index.js';
import type { ImageIndex } from '../image/image.js';
import { asRequest, type ImageRequest } from '../image/request.js';
import type { Run } from '../progress.js';
import { fillWhole } from '../shared/atomic-file.js';
import { packageVersion } from '../shared/package-files.js';

/** What `readImage` takes. */
export interface ReadImageOptions {
  /** The image: a path, `raw:` and a path, or a request. */
  image: string | ImageRequest;
  /** Path of the file that gets its decompressed bytes, with holes in place of zeros; its folder must be there. */
  unpackTo: string;
}

/** An image that was read once, for deploys to many devices. It can be kept as JSON. */
export interface ReadImage {
  /** What was asked for. */
  request: ImageRequest;
  /** Path of the file with its decompressed bytes. It may be another path of the same file than it was made by. */
  unpacked: string;
  /** Hex SHA-256 of the decompressed bytes. */
  sha256: string;
  /** The version of levitate that has read it; another one reads it anew. */
  version: string;
  /** What else is known of it: for `deploy` alone. */
  index: unknown;
}

/**
 * Reads an image once from end to end, and keeps its decompressed bytes. `deploy` takes what this gives in place of an image, and then
 * neither reads nor decompresses nor hashes it again before it writes. Where a profile trusts keys, `deploy` reads the image itself.
 * @throws LevitateError what reading an image throws; what the file system says of the file
 */
export async function readImage(
  { image, unpackTo }: ReadImageOptions,
  run: Run = {},
): Promise<ReadImage> {
  const request = asRequest(image);
  const version = await packageVersion();
  let index: ImageIndex | undefined;
  await fillWhole(unpackTo, async (copy) => {
    index = await indexImage(request, run, [], copy);
  });
  const { sha256 } = index!;
  return { request, unpacked: unpackTo, sha256, version, index };
}

/** What is known of an image that this version of levitate has read. */
export async function indexOf(read: ReadImage): Promise<ImageIndex | undefined> {
  if (read.version !== (await packageVersion())) return undefined;
  return withUnpacked(read.index as ImageIndex, read.unpacked);
}

/** The images in a file that is one read by the same file. */
function withUnpacked(index: ImageIndex, unpacked: string): ImageIndex {
  if (!index.sysupgrade) return { ...index, unpacked };
  const { board, members } = index.sysupgrade;
  const root = withUnpacked(members.root, unpacked);
  const kernel = members.kernel && withUnpacked(members.kernel, unpacked);
  const all = { root, ...(kernel ? { kernel } : {}) };
  return { ...index, unpacked, sysupgrade: { board, members: all } };
}
