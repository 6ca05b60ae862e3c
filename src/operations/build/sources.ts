import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { interruptible, type Connection } from '../../device/connect.js';
import { connectRoot } from '../../device/root-login.js';
import type { Transport } from '../../ssh/transport.js';
import { LevitateError } from '../../errors.js';
import { noPath } from '../../shared/input-file.js';
import type { Profile, SourceSpec } from '../../profile/profile.js';
import type { Run } from '../../progress.js';
import { trustedCache } from '../../sources/cache-directory.js';
import { debianSource, type DebianOptions } from '../../sources/debian/debian.js';
import { isInDebian } from '../../sources/debian/release.js';
import { deviceTree } from '../../sources/device.js';
import { findReady, noReadyRoot } from '../../sources/find-ready.js';
import { lazySource } from '../../sources/lazy.js';
import { mixedSource, type NamedSource } from '../../sources/mixed.js';
import { readyTree } from '../../sources/ready.js';
import type { Source } from '../../sources/source.js';
import { sysrootTree } from '../../sources/sysroot.js';
import { treeSource } from '../../sources/tree-source.js';
import type { RootTree } from '../../sources/tree.js';

/** The sources of a profile, opened as one. */
export interface OpenSources {
  /** All of them as one, asked in the order of `root.from`. */
  source: Source;
  /** Ends the connection to the device, if there is one. */
  close: () => Promise<void>;
}

/** What `device` and `sysroot` mean where `root.from` does not say which device or folder. */
export interface SourceOptions {
  /** The device that `device` means. */
  device?: Connection;
  /** The folder of this machine that `sysroot` means. */
  sysroot?: string;
}

/**
 * Opens the sources of a profile, as one; Debian's packages are opened when the first of them is asked for.
 * @param pinned whether a lock pins packages: a profile that names no source then takes all programs from Debian
 * @param run whose signal ends what the device is asked, too
 * @throws LevitateError USAGE, SOURCE_FAILED
 */
export async function openSources(
  profile: Profile,
  debian: Omit<DebianOptions, 'arch' | 'release' | 'cache'>,
  { device, sysroot, pinned = false }: SourceOptions & { pinned?: boolean },
  run: Run,
): Promise<OpenSources> {
  const isGiven = (spec: SourceSpec) => spec.kind === 'sysroot' && !spec.named;
  if (sysroot !== undefined && !profile.root.from.some(isGiven)) throw unasked();
  const inDebian = isInDebian(profile.arch);
  let connection: Promise<Transport> | undefined;
  const connect = async () =>
    interruptible(await (connection ??= connectRoot(device!, run)), run.signal);
  const open = async (spec: SourceSpec): Promise<NamedSource[]> => {
    if (spec.kind === 'debian') {
      const { release } = spec;
      const source = lazySource('debian', async () => {
        const cache = await trustedCache();
        return debianSource({ ...debian, cache, arch: profile.arch, release });
      });
      return [{ name: ['debian', release ?? []].flat().join(' '), source }];
    }
    if (spec.kind === 'ready') {
      if (spec.given === 'default' && pinned) return [];
      const folder = findReady(profile.arch);
      const named = process.env['LEVITATE_ROOTS'];
      if (named !== undefined && !existsSync(named))
        debian.warn(`LEVITATE_ROOTS names ${named}, which is not there: no ready root is used.`);
      if (folder === undefined && spec.given !== 'alone') return [];
      if (folder === undefined) throw noReadyRoot(profile.arch);
      const tree = await readyTree(folder, profile.arch);
      return [{ name: tree.name, source: treeSource(tree, inDebian) }];
    }
    if (spec.kind === 'device' && debian.pins?.offline) throw lockedOut();
    if (spec.kind === 'device' && !device) throw withoutDevice();
    const tree =
      spec.kind === 'sysroot' ? await treeOf(spec, sysroot) : deviceTree(device!.host, connect);
    return [{ name: tree.name, source: treeSource(tree, inDebian) }];
  };
  const parts: NamedSource[] = [];
  for (const spec of profile.root.from) parts.push(...(await open(spec)));
  return {
    source: mixedSource(parts, debian.warn, inDebian),
    close: async () => {
      const transport = await connection?.catch(() => undefined);
      await transport?.close();
    },
  };
}

async function treeOf(
  { named }: Extract<SourceSpec, { kind: 'sysroot' }>,
  given: string | undefined,
): Promise<RootTree> {
  if (named) return sysrootTree(named.folder, named.name);
  if (given === undefined) throw withoutSysroot();
  const folder = resolve(given);
  const isFolder = await stat(folder).then(
    (state) => state.isDirectory(),
    () => false,
  );
  if (isFolder) return sysrootTree(folder, given);
  throw new LevitateError('USAGE', `--sysroot ${given} is no folder`, {
    hint: noPath(given)?.hint ?? 'Name the folder with a root file system.',
  });
}

const unasked = (): LevitateError =>
  new LevitateError('USAGE', '--sysroot is given, and `root.from` does not ask for it', {
    hint: 'Write `from: sysroot`, or [sysroot, debian], in the profile.',
  });

const withoutSysroot = (): LevitateError =>
  new LevitateError('USAGE', '`root.from` names a sysroot, and none is given', {
    hint: 'Name it: levitate build PROFILE -o FILE --sysroot DIR, or in the profile: { sysroot: DIR }.',
  });

const withoutDevice = (): LevitateError =>
  new LevitateError('USAGE', '`root.from` names the device, and no device is given', {
    hint: 'Name it: levitate build PROFILE -o FILE --from-device HOST.',
  });

const lockedOut = (): LevitateError =>
  new LevitateError('USAGE', '`root.from` names the device, whose files no lock pins', {
    hint: 'Build without --locked, or take the files from a sysroot.',
  });
