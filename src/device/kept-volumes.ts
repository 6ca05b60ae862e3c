import { readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isCode, LevitateError } from '../errors.js';
import { ChunkHashes } from '../image/chunk-hashes.js';
import { imageChunks } from '../image/chunks.js';
import type { ImageIndex } from '../image/image.js';
import { isOf } from '../protocol/check.js';
import { KeptVolumes } from '../protocol/kept-volumes-file.js';
import { writePrivateJson } from '../shared/atomic-file.js';
import { makeFolder } from '../shared/make-folder.js';
import { refuseShared, unusable } from '../shared/user-folders.js';
import { keptFolder, keptName } from './kept-files.js';

const folderOf = (host: string): string => `${keptName(host)}.volumes`;
/** The folder of the volumes that are kept of a layout of a device. */
export const volumesFolder = (host: string, target: string): string => join(folderOf(host), target);
/** The content of one of them, by its place in the list, as it was read from the device. */
export const volumeFile = (host: string, target: string, index: number): string =>
  join(volumesFolder(host, target), `${index}.img`);
/** What the name of a folder ends with whose volumes a person does without; no target is called so. */
const aside = '.dropped';
const noteOf = (host: string, target: string): string =>
  join(volumesFolder(host, target), 'kept.json');

/**
 * Makes the folder anew, readable by this user only; what was in it is gone.
 * @throws LevitateError FOLDER_UNUSABLE
 */
export async function makeVolumesFolder(host: string, target: string): Promise<void> {
  const folder = volumesFolder(host, target);
  try {
    await rm(folder, { recursive: true, force: true });
    await makeFolder(folder, 0o700);
    await refuseShared({ ...keptFolder(), path: folder });
  } catch (error) {
    throw unusable(keptFolder(), error);
  }
}

/** Bytes that are free for such a folder. */
export async function roomForVolumes(host: string, target: string): Promise<number> {
  for (let folder = volumesFolder(host, target); ; folder = dirname(folder)) {
    const found = await statfs(folder).catch(() => undefined);
    if (found) return found.bavail * found.bsize;
    if (folder === dirname(folder)) return Infinity;
  }
}

/**
 * Keeps what is known of the volumes, while their content stays as it is.
 * @throws LevitateError FOLDER_UNUSABLE
 */
export const noteVolumes = (kept: KeptVolumes): Promise<void> =>
  writePrivateJson(noteOf(kept.host, kept.target), kept).catch((error: unknown) => {
    throw unusable(keptFolder(), error);
  });

/**
 * What is known of the volumes that are kept of a layout; undefined where none are.
 * @throws LevitateError KEEP_REFUSED where that cannot be read: what lies there may be the only copy; FOLDER_UNUSABLE
 */
export async function loadVolumes(host: string, target: string): Promise<KeptVolumes | undefined> {
  const folder = volumesFolder(host, target);
  const text = await readFile(noteOf(host, target), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unusable(keptFolder(), error);
  });
  if (text === undefined) return undefined;
  await refuseShared({ ...keptFolder(), path: folder });
  const kept = parsed(text);
  if (isOf(KeptVolumes, kept) && kept.host === host && kept.target === target) return kept;
  throw new LevitateError(
    'KEEP_REFUSED',
    `${folder} has volumes of ${target}, and this levitate does not understand what it says of them`,
    { hint: 'Use the levitate that saved them, or move the folder away.', data: { folder } },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The layouts of a device of which something lies here that nobody does without. */
const targetsOf = async (host: string): Promise<string[]> =>
  (await readdir(folderOf(host)).catch(() => [])).filter((target) => !target.endsWith(aside));

/** The same for every layout of a device of which it can be read. */
export async function allVolumes(host: string): Promise<KeptVolumes[]> {
  const found = await Promise.all(
    (await targetsOf(host)).map((target) =>
      loadVolumes(host, target).catch((error: unknown) => {
        if (!isCode(error, 'KEEP_REFUSED')) throw error;
      }),
    ),
  );
  return found.filter((kept) => kept !== undefined);
}

/** Takes the volumes away that are kept of a layout. */
export async function forgetVolumes(host: string, target: string): Promise<void> {
  await rm(noteOf(host, target), { force: true });
  await rm(volumesFolder(host, target), { recursive: true, force: true });
}

/** Takes away what a run has left that was killed while it saved volumes: nothing is known of them, and the device has them. */
export async function forgetUnfinished(host: string): Promise<void> {
  for (const target of await targetsOf(host)) {
    const isNoted = await stat(noteOf(host, target)).then(
      () => true,
      (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ENOENT',
    );
    if (!isNoted) await forgetVolumes(host, target);
  }
}

/**
 * Puts the volumes aside that a person does without: levitate does not put them back by itself any more.
 * @returns where they are
 */
export async function setVolumesAside(host: string, target: string): Promise<string> {
  const folder = `${volumesFolder(host, target)}${aside}`;
  await rm(folder, { recursive: true, force: true });
  await rename(volumesFolder(host, target), folder);
  return folder;
}

/**
 * Reads the content of a volume that is kept, as an image that is written as it is.
 * @throws LevitateError IMAGE_UNREADABLE
 */
export async function indexVolume(path: string): Promise<ImageIndex> {
  const hashes = new ChunkHashes();
  for await (const { bytes } of imageChunks({ path, raw: true })) hashes.push(bytes);
  const found = hashes.finish();
  return {
    ...{ path, compression: 'none', raw: true, format: 'unknown', protectedBy: [] },
    ...{ ...found, storedLength: found.length },
  };
}
