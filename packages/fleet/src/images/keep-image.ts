import { mkdir, rm } from 'node:fs/promises';
import { changedFile, imagePath, rawImage } from '../rollout/pins.js';
import { entryFiles, storeAbout, storedImage } from './stored.js';
import { evict } from './evict.js';

/** Which image a cache is to have, and where that is. */
export interface Wanted {
  /** The folder of the cache. */
  folder: string;
  /** How many bytes on the disk it has at most, besides this image. */
  limit: number;
  /** The image, as `deploy` takes it. */
  image: string;
  /** SHA-256 of its file. */
  sha256: string;
}

/**
 * Makes sure that a cache has an image, and that it is what it was: it is read, unpacked and indexed where it is not there. That takes
 * a processor for a while, and is for a process of its own; several at once do no harm, nor does one that is killed.
 * @throws FleetError ROLLOUT_INVALID where the file does not have that digest; what levitate and the file system say
 */
export async function keepImage({ folder, limit, image, sha256 }: Wanted): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entry = entryFiles(folder, image, sha256);
  const stored = await storedImage(entry);
  const { packageVersion, readImage } = await import('levitate');
  if (stored?.version === (await packageVersion())) return;
  // What is known of a damaged image must not be held to be of the next one.
  await rm(entry.about, { force: true });
  const request = { path: imagePath(image), raw: rawImage(image), sha256 };
  const read = await readImage({ image: request, unpackTo: entry.bytes }).catch(
    (error: unknown) => {
      if ((error as { code?: unknown }).code !== 'IMAGE_DIGEST') throw error;
      throw changedFile(imagePath(image), error);
    },
  );
  await storeAbout(entry, read);
  await evict(folder, limit, entry.bytes);
}
