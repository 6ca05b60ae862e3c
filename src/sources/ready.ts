import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LevitateError, reasonOf } from '../errors.js';
import type { Architecture } from '../profile/schema.js';
import { sha256 } from '../shared/sha256.js';
import { parseReadyManifest, type ReadyManifest } from './ready-manifest.js';
import type { RootTree } from './tree.js';

/**
 * Opens a ready root: programs that were compiled for an architecture, with a manifest that has the digest of each. Only
 * files that the manifest names are there, and each is compared with its digest.
 * @param folder the folder with its `manifest.json` and `root/`
 * @throws LevitateError SOURCE_FAILED, also from its functions
 */
export async function readyTree(folder: string, arch: Architecture): Promise<RootTree> {
  const failed = (what: string, cause?: unknown): LevitateError =>
    new LevitateError('SOURCE_FAILED', `the ready root ${folder}: ${what}`, {
      cause,
      hint: `Get it anew: ${waysTo(arch)}.`,
    });
  let manifest: ReadyManifest;
  try {
    manifest = parseReadyManifest(await readFile(join(folder, 'manifest.json'), 'utf8'));
  } catch (error) {
    throw failed(`manifest.json cannot be used: ${reasonOf(error)}`, error);
  }
  if (manifest.arch !== arch)
    throw failed(`it is for ${manifest.arch}, the profile is for ${arch}`);
  const { sources, links } = manifest;
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  const contents = new Map<string, Promise<Uint8Array>>();

  async function load(path: string): Promise<Uint8Array> {
    const bytes = await readFile(join(folder, 'root', path)).catch((error: unknown) => {
      throw failed(`${path} cannot be read: ${reasonOf(error)}`, error);
    });
    if (sha256(bytes) === files.get(path)?.sha256) return bytes;
    throw failed(`${path} is not the file that its manifest.json names`);
  }

  return {
    name: `ready ${arch}`,
    folder: join(folder, 'root'),
    dangling: new Map(),
    originOf(path) {
      const { source = '' } = files.get(path) ?? {};
      return ['ready', source, sources[source]?.version ?? []].flat().join(' ');
    },
    locate: (paths) =>
      Promise.resolve(paths.map((path) => [path, links[path]].find((one) => files.has(one ?? '')))),
    read: (paths) =>
      Promise.all(
        paths.map((path) => {
          const content = contents.get(path) ?? load(path);
          contents.set(path, content);
          return content;
        }),
      ),
    list: () => Promise.resolve([]),
    files: () => Promise.resolve([]),
  };
}

/** The ways in which a person gets a ready root, for hints. */
export const waysTo = (arch: Architecture): string =>
  `npm run roots -- ${arch} in a checkout of levitate, or the npm package @levitate/root-${arch} that it makes`;
