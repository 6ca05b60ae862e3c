import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { packArchive } from '../archive/pack.js';
import { maxUnpacked } from '../archive/read.js';
import { carried, type Carried } from '../device/hook.js';
import { LevitateError, reasonOf } from '../errors.js';
import { loadProfile } from '../profile/load.js';
import type { Profile } from '../profile/profile.js';
import { inPhase, type Emit } from '../progress.js';
import { withDigests } from '../rootfs/assemble.js';
import { manifestOf, type ManifestEntry } from '../rootfs/manifest.js';
import { planRoot } from '../rootfs/plan.js';
import { ramBytes, unpackedBytes } from '../rootfs/ram.js';
import { resolveRoot, type ReadHostFile } from '../rootfs/resolve.js';
import { writeWhole } from '../sources/atomic.js';
import { cacheDirectory } from '../sources/cache-directory.js';
import { readOwnParts } from '../sources/own-parts.js';
import type { Connection } from '../device/connect.js';
import { underLock, type LockUse } from './lock-use.js';
import { openSources } from './sources.js';

export interface BuildOptions extends LockUse {
  /** Path of the profile. */
  profile: string;
  /** Path of the archive to write. */
  output: string;
  /** Path of a JSON file to write that tells where each file came from. */
  manifest?: string;
  /** The device that `device` in `root.from` means. */
  device?: Connection;
}

export interface BuildResult {
  output: string;
  /** Hex SHA-256 of the archive. */
  sha256: string;
  /** Bytes of the archive. */
  bytes: number;
  /** Bytes of all files in it. */
  unpackedBytes: number;
  /** Bytes of RAM that the maintenance system takes on the device. */
  ramBytes: number;
  /** How many files, folders, links and nodes it holds. */
  entries: number;
  manifest: ManifestEntry[];
}

/**
 * Builds the archive of a profile. The same profile, levitate and packages give the same bytes.
 * @throws LevitateError: the profile's, the source's, the lock's and the library closure's, and OUTPUT_FAILED
 */
export async function build(options: BuildOptions, emit: Emit): Promise<BuildResult> {
  const profile = await loadProfile(options.profile);
  const result = await buildArchive(profile, options, emit);
  if (options.manifest !== undefined) await writeManifest(options.manifest, result);
  return result;
}

/** The profile with a compression that the staged busybox of a device unpacks. */
export const forDevice = (profile: Profile): Profile & { archive: { compression: Carried } } => ({
  ...profile,
  archive: { compression: carried(profile.archive.compression) },
});

/** Builds the archive of a profile that is loaded already; see `build`. */
export const buildArchive = (
  profile: Profile,
  { output, ...options }: Omit<BuildOptions, 'manifest'>,
  emit: Emit,
): Promise<BuildResult> =>
  inPhase(
    emit,
    'build',
    async () => {
      const plan = planRoot(profile, await readOwnParts());
      const { device } = options;
      const warn = (message: string) => emit({ type: 'note', level: 'warning', message });
      const resolved = await underLock(options.profile, options, warn, async (pins) => {
        const debian = { cache: cacheDirectory(), warn, pins };
        const sources = await openSources(profile, debian, device);
        return resolveRoot(plan, sources.source, readHostFile).finally(sources.close);
      });
      const entries = withDigests(resolved, sha256);
      const unpacked = unpackedBytes(entries);
      if (unpacked > maxUnpacked) throw tooLarge('the root', unpacked);
      const packed = await packArchive(entries, output, profile.archive.compression);
      return {
        output,
        ...packed,
        unpackedBytes: unpacked,
        ramBytes: ramBytes(entries),
        entries: entries.length,
        manifest: manifestOf(entries, sha256),
      };
    },
    profile.name,
  );

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const readHostFile: ReadHostFile = async (path) => {
  try {
    const { mode, size } = await stat(path);
    if (size > maxUnpacked) throw tooLarge(path, size);
    return { bytes: await readFile(path), executable: (mode & 0o100) !== 0 };
  } catch (error) {
    if (error instanceof LevitateError) throw error;
    throw new LevitateError('PROFILE_INVALID', `${path} can't be read: ${reasonOf(error)}`, {
      cause: error,
    });
  }
};

const tooLarge = (what: string, bytes: number): LevitateError =>
  new LevitateError('PROFILE_INVALID', `${what} has ${bytes} bytes, and a root has 1 GiB at most`, {
    hint: 'It is unpacked into RAM. Write what is larger to a target: levitate flash HOST TARGET=IMAGE.',
    data: { bytes },
  });

async function writeManifest(path: string, { manifest, ...about }: BuildResult): Promise<void> {
  const { sha256: digest, bytes } = about;
  const text = `${JSON.stringify({ archive: { sha256: digest, bytes }, files: manifest }, null, 2)}\n`;
  await writeWhole(path, text).catch((error: unknown) => {
    throw new LevitateError('OUTPUT_FAILED', `${path} can't be written: ${reasonOf(error)}`, {
      cause: error,
    });
  });
}
