import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LevitateError } from '../../errors.js';
import type { Check } from '../../progress.js';
import {
  findProgram,
  howToInstall,
  hostPrograms,
  type HostProgram,
} from '../../shared/host-program.js';
import { makeFolder } from '../../shared/make-folder.js';
import { oldestNode } from '../../shared/package-files.js';
import { architectures, type Architecture } from '../../profile/schema.js';
import { trustedCache } from '../../sources/cache-directory.js';
import { findReady } from '../../sources/find-ready.js';
import { checkLocalMachine } from '../local-machine.js';

/** What needs each program; without the first two, no device is reached at all. */
const needs: Record<HostProgram, string> = {
  ssh: 'every command that talks to a device',
  'ssh-keygen': 'entering a device',
  xz: 'images and archives in xz, images in lzma',
  zstd: 'images and archives in zstd',
  bzip2: 'images in bzip2',
  lz4: 'images in lz4',
  lzip: 'images in lzip',
  gpgv: 'images with a signature of OpenPGP',
};
const necessary = new Set<HostProgram>(['ssh', 'ssh-keygen']);

/** What `root.from: debian` runs; Debian and its relatives have all of it. */
const debian = ['apt-get', 'apt-cache', 'dpkg-deb', 'flock'];

/** Looks at what levitate needs of this machine; a refusal is what it cannot do without. */
export async function checkMachine(): Promise<Check[]> {
  const packages = await debianCheck();
  const roots = architectures.filter((arch) => findReady(arch) !== undefined);
  return [
    nodeCheck(process.versions.node, await oldestNode()),
    await folderCheck('folders', 'temporary files and entries can be kept', () =>
      checkLocalMachine('entries'),
    ),
    await folderCheck('cache', 'fetched packages can be kept', tryCache),
    ...(await Promise.all(hostPrograms.map(programCheck))),
    packages,
    readyCheck(roots, packages.verdict === 'ok', process.env['LEVITATE_ROOTS']),
  ];
}

/** Whether this Node is new enough. Pure. */
export function nodeCheck(version: string, oldest: string): Check {
  const [have, want] = [version, oldest].map((text) => text.split('.').map(Number));
  const older = (want ?? []).findIndex((number, at) => (have?.[at] ?? 0) !== number);
  const isOlder = older >= 0 && (have?.[older] ?? 0) < (want?.[older] ?? 0);
  const name = 'node';
  return isOlder
    ? {
        name,
        verdict: 'refusal',
        found: `version ${version}`,
        advice: `levitate needs ${oldest} or newer: https://nodejs.org/en/download`,
      }
    : { name, verdict: 'ok', found: `version ${version}` };
}

async function folderCheck(name: string, found: string, work: () => Promise<void>): Promise<Check> {
  try {
    await work();
    return { name, verdict: 'ok', found };
  } catch (error) {
    if (!(error instanceof LevitateError)) throw error;
    const { message, hint } = error;
    return {
      name,
      verdict: 'refusal',
      found: message,
      ...(hint === undefined ? {} : { advice: hint }),
    };
  }
}

async function tryCache(): Promise<void> {
  const folder = await trustedCache();
  const trial = join(folder, `trial-${process.pid}`);
  try {
    await makeFolder(folder);
    await writeFile(trial, '');
  } catch (error) {
    const { message } = error as Error;
    throw new LevitateError('FOLDER_UNUSABLE', `the cache ${folder} cannot be used: ${message}`, {
      hint: 'LEVITATE_CACHE names another folder.',
    });
  } finally {
    await rm(trial, { force: true }).catch(() => undefined);
  }
}

async function programCheck(name: HostProgram): Promise<Check> {
  const path = await findProgram(name);
  if (path !== undefined) return { name, verdict: 'ok', found: path };
  return {
    name,
    verdict: necessary.has(name) ? 'refusal' : 'warning',
    found: `not here; needed for ${needs[name]}`,
    advice: howToInstall(name),
  };
}

async function debianCheck(): Promise<Check> {
  const found = await Promise.all(debian.map((name) => findProgram(name)));
  const missing = debian.filter((_, at) => found[at] === undefined);
  const name = 'debian';
  if (missing.length === 0) return { name, verdict: 'ok', found: `${debian.join(', ')} are here` };
  return {
    name,
    verdict: 'warning',
    found: `not here: ${missing.join(', ')}; needed for root.from: debian of a profile`,
    advice:
      'On Debian and its relatives: apt install apt dpkg util-linux. Elsewhere the programs of the maintenance system come from a ready root, from a folder or from the device: levitate help ready-roots, levitate help sysroot.',
  };
}

/** For which processors this machine has ready roots; a machine that has Debian's packages can do without. Pure. */
export function readyCheck(
  found: readonly Architecture[],
  hasPackages: boolean,
  named?: string,
): Check {
  const name = 'ready roots';
  if (found.length > 0) return { name, verdict: 'ok', found: `here for ${found.join(', ')}` };
  if (named !== undefined)
    return {
      name,
      verdict: 'warning',
      found: `none that can be read in ${named}, which LEVITATE_ROOTS names`,
      advice:
        'Name the folder that holds ARCH/manifest.json, and may be read by you; without LEVITATE_ROOTS, npm packages and what was compiled in a checkout count.',
    };
  if (hasPackages) return { name, verdict: 'ok', found: 'none; levitate help ready-roots' };
  return {
    name,
    verdict: 'warning',
    found:
      'none, and no Debian packages either: nothing here gives the programs of a maintenance system',
    advice:
      'Get one: levitate help ready-roots. Or take them from a folder or from the device: levitate help sysroot.',
  };
}
