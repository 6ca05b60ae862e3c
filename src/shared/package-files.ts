import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from './sha256.js';

/** A file of the package's folder `initramfs/`; `path` is relative to that, such as `root/init`. */
export interface PackageFile {
  path: string;
  bytes: Uint8Array;
}

/** levitate's version, and the files of its package that devices run. */
export interface PackageFiles {
  version: string;
  files: PackageFile[];
  /** The helper, compiled for the device from these very sources; a root without one does its work in the shell. */
  helper?: PackageFile;
}

/**
 * Reads levitate's own version, the files of `initramfs/`, sorted by their paths, and the helper for an architecture where
 * it is compiled; names the package's folder.
 */
export async function readPackageFiles(arch?: string): Promise<PackageFiles & { folder: string }> {
  const folder = packageFolder();
  const helper = arch === undefined ? undefined : join(folder, 'dist/helper', arch);
  const version = await packageVersion();
  const files = await filesUnder(initramfsPath(''));
  const compiled =
    helper !== undefined && existsSync(helper)
      ? { path: helper, bytes: await readFile(helper) }
      : undefined;
  return {
    version,
    folder,
    files,
    ...(compiled && isOfSources(compiled.bytes, files) ? { helper: compiled } : {}),
  };
}

/**
 * Whether a helper was compiled from the sources that are here, whose digest it names (initramfs/helper/build.sh): one of
 * others does not understand what the scripts of this levitate ask it for.
 */
const isOfSources = (helper: Buffer, files: PackageFile[]): boolean =>
  helper.includes(`helper of sources ${helperSources(files)}\n`);

/** The digest of all files of initramfs/helper, in the order of the bytes of their names. */
const helperSources = (files: PackageFile[]): string =>
  sha256(
    Buffer.concat(files.filter(({ path }) => path.startsWith('helper/')).map(({ bytes }) => bytes)),
  );

/** Reads levitate's own version. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(join(packageFolder(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Reads the oldest version of Node that levitate runs with, such as `20.19`. */
export async function oldestNode(): Promise<string> {
  const text = await readFile(join(packageFolder(), 'package.json'), 'utf8');
  const { engines } = JSON.parse(text) as { engines: { node: string } };
  return engines.node.replace(/^>=/, '');
}

/** The path on this machine of a file or folder of `initramfs/`. */
export const initramfsPath = (path: string): string => join(packageFolder(), 'initramfs', path);

/** The nearest folder above with a package.json: the same from the sources, from dist/ and from a bundle. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

async function filesUnder(root: string, under = ''): Promise<PackageFile[]> {
  const entries = await readdir(join(root, under), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const path = posix.join(under, entry.name);
        if (entry.isDirectory()) return filesUnder(root, path);
        return entry.isFile() ? [{ path, bytes: await readFile(join(root, path)) }] : [];
      }),
  );
  return found.flat();
}
