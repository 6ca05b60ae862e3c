import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ReadImage } from 'levitate';
import { rawImage } from '../rollout/pins.js';

/** The files of an image in the cache. */
export interface EntryFiles {
  /** Its decompressed bytes. */
  bytes: string;
  /** What is known of it; it is written last, so that an image without it is none. */
  about: string;
}

/**
 * Where an image lies in a cache, by what its file holds.
 * @param image as `deploy` takes it
 * @param sha256 of the file
 */
export function entryFiles(folder: string, image: string, sha256: string): EntryFiles {
  const name = join(folder, `${sha256}${rawImage(image) ? '.raw' : ''}`);
  return { bytes: `${name}.img`, about: `${name}.json` };
}

/** What is known of an image in the cache; undefined where it is not there, or half of it. */
export async function storedAbout({ bytes, about }: EntryFiles): Promise<ReadImage | undefined> {
  const text = await readFile(about, 'utf8').catch(() => '');
  const end = text.indexOf('\n');
  const json = text.slice(end + 1);
  if (text.slice(0, Math.max(end, 0)) !== digestOfText(json)) return undefined;
  return { ...(JSON.parse(json) as ReadImage), unpacked: bytes };
}

/**
 * The same, once every byte of the image was read and is what it was.
 * @throws what the file system says
 */
export async function storedImage(entry: EntryFiles): Promise<ReadImage | undefined> {
  const { bytes, about } = entry;
  const read = await storedAbout(entry);
  if (!read) return undefined;
  const hash = createHash('sha256');
  const isThere = await pipeline(createReadStream(bytes, { highWaterMark: 1024 ** 2 }), hash).then(
    () => true,
    () => false,
  );
  if (!isThere || hash.digest('hex') !== read.sha256) return undefined;
  const now = new Date();
  // Who was used last goes last.
  await utimes(about, now, now);
  return read;
}

/** Keeps what is known of an image whose bytes are in the cache. @throws what the file system says */
export async function storeAbout({ about }: EntryFiles, read: ReadImage): Promise<void> {
  const json = JSON.stringify(read);
  const draft = `${about}.${process.pid}.${randomUUID()}.tmp`;
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(`${digestOfText(json)}\n${json}`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, about);
  } finally {
    await rm(draft, { force: true });
  }
}

const digestOfText = (text: string): string => createHash('sha256').update(text).digest('hex');
