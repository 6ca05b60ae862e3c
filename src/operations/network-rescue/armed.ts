import { link, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writePrivateJson } from '../../shared/atomic-file.js';
import { makeFolder } from '../../shared/make-folder.js';
import { refuseShared, unusable, xdgFolder, type OwnFolder } from '../../shared/user-folders.js';

/** A device whose boot loader finds a maintenance system on the network. */
export interface ArmedRescue {
  /** The address of its network card, as `52-54-00-12-34-56`, or the serial number of a Raspberry Pi. */
  device: string;
  /** Path of the profile that the maintenance system was built from. */
  profile: string;
  /** The paths of its files below the folder of the server. */
  files: string[];
  /** The host as which it was found in maintenance, since it was. */
  host?: string;
}

const rescuesFolder = (): OwnFolder => ({
  path: join(xdgFolder('XDG_STATE_HOME', '.local/state'), 'levitate', 'rescue'),
  what: 'the folder of rescues over the network',
  variable: 'XDG_STATE_HOME',
});

/** The folder that a TFTP server serves. */
export const servedFolder = (): string => join(rescuesFolder().path, 'tftp');

/** Where a device's files are kept, whether they are served or not. */
export const folderOfRescue = (device: string): string =>
  join(rescuesFolder().path, 'devices', device);

/** Where the files of a device are laid out. */
export const builtFolder = (device: string): string => join(folderOfRescue(device), 'files');

const recordOf = (device: string): string => join(folderOfRescue(device), 'armed.json');

/**
 * Makes the folders of rescues, which are this user's alone.
 * @throws LevitateError FOLDER_UNUSABLE
 */
export async function makeRescuesFolder(): Promise<void> {
  const folder = rescuesFolder();
  try {
    await makeFolder(servedFolder(), 0o700);
    await makeFolder(join(folder.path, 'devices'), 0o700);
  } catch (error) {
    throw unusable(folder, error);
  }
  await refuseShared(folder);
}

/** Every armed device. */
export async function armedRescues(): Promise<ArmedRescue[]> {
  const names = await readdir(join(rescuesFolder().path, 'devices')).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(recordOf(name), 'utf8').catch(() => undefined);
      return text === undefined ? [] : [JSON.parse(text) as ArmedRescue];
    }),
  );
  return found.flat();
}

/** Keeps what is known of an armed device. @throws what the file system says */
export const noteArmed = (rescue: ArmedRescue): Promise<void> =>
  writePrivateJson(recordOf(rescue.device), rescue);

/** Gives the server the files of a device; what names kernel and archive comes last. @throws what the file system says */
export async function offerFiles({ device, files }: ArmedRescue): Promise<void> {
  for (const path of files) {
    const to = join(servedFolder(), path);
    await makeFolder(dirname(to), 0o700);
    await rm(to, { force: true });
    await link(join(builtFolder(device), path), to);
  }
}

/** Takes the files of a device from the server, but those that others go by as well. @throws what the file system says */
export async function withdrawFiles({ device, files }: ArmedRescue): Promise<void> {
  for (const path of files.toReversed())
    if (path.includes(device)) await rm(join(servedFolder(), path), { force: true });
}

/** Forgets a device, of which nothing is served then. @throws what the file system says */
export async function dropArmed(rescue: ArmedRescue): Promise<void> {
  await withdrawFiles(rescue);
  await rm(folderOfRescue(rescue.device), { recursive: true, force: true });
}

/** Makes the folder of a device, without what a build before has left there. @throws what the file system says */
export async function emptyBuilt(device: string): Promise<void> {
  await rm(folderOfRescue(device), { recursive: true, force: true });
  await mkdir(folderOfRescue(device), { mode: 0o700 });
}

/** The number of the user whose folder a server reads. @throws what the file system says */
export const ownerOf = async (folder: string): Promise<number> => (await stat(folder)).uid;
