import { existsSync } from 'node:fs';
import { explain, type Explanation } from '../../archive/explain.js';
import { packArchive } from '../../archive/pack.js';
import { maxUnpacked } from '../../archive/read.js';
import { carried, type Carried } from '../../device/hook.js';
import { loadProfile } from '../../profile/load.js';
import type { Profile } from '../../profile/profile.js';
import { inform, inPhase, report, warn, type Run } from '../../progress.js';
import { withDigests } from '../../rootfs/assemble.js';
import { dynamicBusybox } from '../../rootfs/busybox.js';
import type { Entry } from '../../rootfs/entry.js';
import { manifestOf, type ManifestEntry } from '../../rootfs/manifest.js';
import { planRoot } from '../../rootfs/plan.js';
import { ramBytes, unpackedBytes } from '../../rootfs/ram.js';
import { resolveRoot } from '../../rootfs/resolve.js';
import { writeOutput } from '../../shared/atomic-file.js';
import { readPackageFiles } from '../../shared/package-files.js';
import { bootImages, type BootImageOptions, type BootImages } from './boot-images.js';
import { recordInputs, writeDepfile } from './depfile.js';
import { lockPath, withLock, type LockUse } from './lock-use.js';
import { beyondUnpacked, readHostFile } from './read-host-file.js';
import { openSources, type SourceOptions } from './sources.js';
import { sha256 } from '../../shared/sha256.js';
import type { Fetched } from '../../sources/debian/apt.js';
import { warnOfKeys, warnOfName, withoutHelper } from './warnings.js';

export type { Cost, Explanation } from '../../archive/explain.js';
export type { KernelPlace } from '../../boot-image/fit.js';
export type { Netboot } from './netboot.js';
export type { ManifestEntry } from '../../rootfs/manifest.js';

/** What building an archive takes. */
export interface ArchiveOptions extends LockUse, SourceOptions {
  /** Path of the profile. */
  profile: string;
  /** Path of the archive to write. */
  output: string;
  /** Whether to tell for each file what it is for and what it costs. */
  explain?: boolean;
  /** A set to which the path of each file of this machine that was used is added. */
  inputs?: Set<string>;
}

/** What `build` takes. */
export interface BuildOptions extends Omit<ArchiveOptions, 'inputs'>, BootImageOptions {
  /** Path of a JSON file to write that tells where each file came from. */
  manifest?: string;
  /** Path of a make rule to write, which names what the archive was made of. */
  depfile?: string;
}

/** What `build` gives. */
export interface BuildResult extends BootImages {
  /** Path of the archive. */
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
  /** How many programs, libraries and modules came from each kind of source: `ready`, `debian`, `sysroot`, `device`. */
  from: Record<string, number>;
  /** For each entry, where it came from. */
  manifest: ManifestEntry[];
  /** What each file is for and costs, where it was asked for. */
  explanation?: Explanation;
}

/**
 * Builds the archive of a profile. The same profile, levitate and packages give the same bytes.
 * @throws LevitateError OUTPUT_FAILED, and what loading the profile, opening sources, the lock and finding libraries
 * throw
 */
export async function build(options: BuildOptions, run: Run = {}): Promise<BuildResult> {
  const { output, manifest, depfile } = options;
  const inputs = new Set<string>();
  const profile = await loadProfile(options.profile, inputs);
  const wrap = await bootImages(profile, options);
  warnOfName(output, profile, run);
  warnOfKeys(options, profile, run);
  const result = await buildArchive(profile, { ...options, inputs }, run);
  if (manifest !== undefined) await writeManifest(manifest, result);
  const images = await wrap(output);
  for (const path of [options.kernel, options.dtb]) if (path !== undefined) inputs.add(path);
  if (depfile !== undefined) await writeDepfile(depfile, output, inputs);
  return { ...result, ...images };
}

/** Gives the profile with a compression that the staged busybox of a device can unpack. */
export const forDevice = (profile: Profile): Profile & { archive: { compression: Carried } } => ({
  ...profile,
  archive: { compression: carried(profile.archive.compression) },
});

/** Builds the archive of a profile that is loaded already; see `build`. */
export const buildArchive = (
  profile: Profile,
  { output, ...options }: ArchiveOptions,
  run: Run,
): Promise<BuildResult> =>
  inPhase(
    run,
    'build',
    async () => {
      const own = await readPackageFiles(profile.arch);
      const plan = planRoot(profile, own);
      const { inputs = new Set() } = options;
      if (own.helper) inputs.add(own.helper.path);
      else inform(run, withoutHelper(profile.arch));
      const warning = (message: string) => warn(run, message);
      const lock = lockPath(options.profile);
      const pinned = options.lock === true || options.locked === true || existsSync(lock);
      const resolved = await withLock(options.profile, options, warning, async (pins) => {
        const onFetched: Fetched = (come) =>
          report(run, { type: 'bytes', phase: 'build', subject: profile.name, ...come });
        const debian = { warn: warning, onFetched, pins };
        const sources = await openSources(profile, debian, { ...options, pinned }, run);
        const source = recordInputs(sources.source, inputs);
        return resolveRoot(plan, source, readHostFile).finally(sources.close);
      });
      const dynamic = dynamicBusybox(resolved);
      if (dynamic !== undefined) warning(dynamic);
      if (existsSync(lock)) inputs.add(lock);
      const entries = withDigests(resolved, sha256);
      const unpacked = unpackedBytes(entries);
      if (unpacked > maxUnpacked) throw beyondUnpacked('the root', unpacked);
      const { compression } = profile.archive;
      const packed = await packArchive(entries, output, compression);
      return {
        output,
        ...packed,
        unpackedBytes: unpacked,
        ramBytes: ramBytes(entries),
        entries: entries.length,
        from: filesFrom(entries),
        manifest: manifestOf(entries, sha256),
        ...(options.explain ? { explanation: explain(entries, packed.bytes, compression) } : {}),
      };
    },
    profile.name,
  );

/** Counts files by the kind of source that they came from, which the first word of their origin names. */
function filesFrom(entries: Entry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, origin } of entries) {
    const [source = ''] = origin.split(' ');
    if (kind !== 'file' || ['levitate', 'profile'].includes(source)) continue;
    counts[source] = (counts[source] ?? 0) + 1;
  }
  return counts;
}

async function writeManifest(path: string, { manifest, ...about }: BuildResult): Promise<void> {
  const { sha256: digest, bytes } = about;
  const text = `${JSON.stringify({ archive: { sha256: digest, bytes }, files: manifest }, null, 2)}\n`;
  await writeOutput(path, text);
}
