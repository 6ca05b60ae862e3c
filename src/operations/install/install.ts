import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fs from 'fs-extra';
import { archiveInfo } from '../../archive/read.js';
import type { Facts } from '../../device/facts.js';
import { archiveName, installFolder } from '../../device/hook.js';
import { loadProfile } from '../../profile/load.js';
import type { Profile } from '../../profile/profile.js';
import { inPhase, type Run } from '../../progress.js';
import { temporaryFolder } from '../../shared/user-folders.js';
import { buildArchive, forDevice } from '../build/build.js';
import { completeForDevice } from '../build/complete-for-device.js';
import { writeDepfile } from '../build/depfile.js';
import type { LockUse } from '../build/lock-use.js';
import type { SourceOptions } from '../build/sources.js';
import { ontoDevice } from './on-device.js';
import { partsOf, type PackedParts } from './parts.js';
import { nameOf, type Place } from './place.js';
import { intoFolder } from './root-folder.js';

/** What `install` takes. */
export interface InstallOptions extends Pick<LockUse, 'locked'>, Pick<SourceOptions, 'sysroot'> {
  /** Path of the profile. */
  profile: string;
  /** Where the archive goes. */
  place: Place;
  /** Path of a make rule to write, for the `archive.sha256` that goes into a root file system. */
  depfile?: string;
}

/** What `install` gives. */
export interface InstallResult {
  /** The host, or the folder of the root file system. */
  place: string;
  /** SHA-256 of the installed archive. */
  sha256: string;
  /** Bytes of the archive. */
  bytes: number;
  /** Whether anything changed; false where this very archive was there already. */
  changed: boolean;
}

/**
 * Builds a profile's archive and puts it, with the busybox that unpacks it, into `/usr/lib/levitate` of a device or
 * of a root file system that is being built. Nothing is armed: the device behaves as before.
 * @throws LevitateError OUTPUT_FAILED, REMOTE_FAILED, NOT_ROOT, and what building throws
 */
export async function install(
  { profile: path, place, depfile, ...options }: InstallOptions,
  run: Run = {},
): Promise<InstallResult> {
  const inputs = new Set<string>();
  const scratch = await temporaryFolder();
  try {
    const profile = forDevice(await loadProfile(path, inputs));
    const archive = join(scratch, archiveName(profile.archive.compression));
    const device = 'root' in place ? {} : { device: place };
    const pack = async (value: Profile): Promise<PackedParts> => {
      const built = { ...options, ...device, profile: path, output: archive, inputs };
      await buildArchive(value, built, run);
      const info = await archiveInfo(archive);
      return { info, parts: await partsOf(archive, info) };
    };
    const packed = await pack(profile);
    // What is installed is judged by its profile later, which tells of no helper.
    const complete = (facts: Facts) => completeForDevice(profile, facts, [], pack, run);
    const into = (root: string) =>
      inPhase(run, 'install', () => intoFolder(root, packed.parts, packed.info, run));
    const { changed, info } =
      'root' in place
        ? { changed: await into(place.root), info: packed.info }
        : await ontoDevice(place, packed, complete, run);
    if (depfile !== undefined && 'root' in place) {
      const mark = join(place.root, installFolder, 'archive.sha256');
      // The time stamp tells make that the target is up to date, even where the archive was the same.
      await fs.utimes(mark, new Date(), new Date());
      await writeDepfile(depfile, mark, inputs);
    }
    return { place: nameOf(place), sha256: info.sha256, bytes: info.storedBytes, changed };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
