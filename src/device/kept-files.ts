import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isOf } from '../protocol/check.js';
import { KeptFiles } from '../protocol/kept-file.js';
import type { KeptVolumes } from '../protocol/kept-volumes-file.js';
import type { DeviceIdentity, Session } from '../protocol/session-file.js';
import { writePrivate, writePrivateJson } from '../shared/atomic-file.js';
import { sha256 } from '../shared/sha256.js';
import { refuseShared, unusable, xdgFolder, type OwnFolder } from '../shared/user-folders.js';

/** Where what is kept of devices lies, readable by this user only. */
export const keptFolder = (): OwnFolder => ({
  path: join(xdgFolder('XDG_STATE_HOME', '.local/state'), 'levitate', 'kept'),
  what: 'the folder that keeps files of devices',
  variable: 'XDG_STATE_HOME',
});

/** The path that the names of all that is kept of a device begin with. */
export const keptName = (host: string): string =>
  join(keptFolder().path, encodeURIComponent(host).slice(0, 200));

/** The path of the archive of a device's files, which tar(1) reads. */
export const keptArchive = (host: string): string => `${keptName(host)}.tar`;

/**
 * Keeps files of a device on this machine, readable by this user only, in place of those before.
 * @param archive the files, a tar
 * @throws LevitateError FOLDER_UNUSABLE
 */
export async function saveKept(kept: KeptFiles, archive: Uint8Array): Promise<void> {
  try {
    await writePrivate(keptArchive(kept.host), archive);
    await refuseShared(keptFolder());
    await noteKept(kept);
  } catch (error) {
    throw unusable(keptFolder(), error);
  }
}

/** Keeps what is known of them, while the files stay as they are. */
export const noteKept = (kept: KeptFiles): Promise<void> =>
  writePrivateJson(`${keptName(kept.host)}.json`, kept);

/** What is known of the files that are kept of a device, and the archive of them; undefined where they are not whole. */
export async function loadKept(
  host: string,
): Promise<{ kept: KeptFiles; archive: Buffer } | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(`${keptName(host)}.json`, 'utf8'));
    await refuseShared(keptFolder());
    if (!isOf(KeptFiles, kept) || kept.host !== host) return undefined;
    const archive = await readFile(keptArchive(host));
    return sha256(archive) === kept.sha256 ? { kept, archive } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Takes the files away that are kept of a device. */
export async function forgetKept(host: string): Promise<void> {
  await rm(`${keptName(host)}.json`, { force: true });
  await rm(keptArchive(host), { force: true });
}

/** Whether what is kept was saved from the device of a session: in the same entry, or from the same device at another time. Pure. */
export const isOfDevice = (
  kept: KeptFiles | KeptVolumes,
  { entryId, device }: Pick<Session, 'entryId' | 'device'>,
): boolean =>
  (entryId !== '' && kept.entryId === entryId) ||
  (device !== undefined && kept.device !== undefined && isSameDevice(kept.device, device));

/**
 * Whether two looks at a device were at the same one, as far as it tells: by its serial number, and where it has none, by the name
 * and the model. Pure.
 */
export const isSameDevice = (one: DeviceIdentity, other: DeviceIdentity): boolean =>
  one.serial !== '' || other.serial !== ''
    ? one.serial === other.serial
    : one.hostname !== '' && one.hostname === other.hostname && one.model === other.model;
