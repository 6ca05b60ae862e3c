import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { LevitateError, reasonOf } from '../errors.js';
import type { RootTree } from './tree.js';

/** As many links as Linux follows in one path (path_resolution(7)). */
const mostLinks = 40;

type Item = { kind: 'file' | 'folder' | 'other' } | { kind: 'link'; target: string } | undefined;

/**
 * Opens a folder of this machine as a root file system: an absolute link in it starts at the folder, and no link may
 * lead out of it.
 * @param shown the folder as the profile writes it
 * @throws LevitateError from its functions: SOURCE_FAILED
 */
export function sysrootTree(folder: string, shown: string): RootTree {
  const name = `sysroot ${shown}`;
  const items = new Map<string, Promise<Item>>();
  const dangling = new Map<string, string>();
  const failed = (what: string, cause?: unknown): LevitateError =>
    new LevitateError('SOURCE_FAILED', `${name}: ${what}`, {
      cause,
      hint: 'It must be a whole root file system of files that you may read, with links that stay in it.',
    });
  const item = (path: string): Promise<Item> => {
    const known = items.get(path) ?? look(join(folder, path));
    items.set(path, known);
    return known;
  };

  async function look(place: string): Promise<Item> {
    try {
      const state = await lstat(place);
      if (state.isSymbolicLink()) return { kind: 'link', target: await readlink(place) };
      return { kind: state.isFile() ? 'file' : state.isDirectory() ? 'folder' : 'other' };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw failed(`${place} cannot be looked at: ${reasonOf(error)}`, error);
    }
  }

  /** Follows a path link by link; undefined where it does not end at a file or folder, as wanted. */
  async function follow(path: string, want: 'file' | 'folder'): Promise<string | undefined> {
    const rest = partsOf(path);
    let at: string[] = [];
    let end = 'folder';
    let link: string | undefined;
    let links = 0;
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      if (part === '..') {
        if (at.length === 0) throw failed(`${path} leads out of it, by a link to ${link ?? path}`);
        at = at.slice(0, -1);
        end = 'folder';
        continue;
      }
      const found = await item(`/${[...at, part].join('/')}`);
      if (found?.kind === 'link') {
        if ((links += 1) > mostLinks) throw failed(`the links of ${path} lead in a loop`);
        link = found.target;
        if (link.startsWith('/')) at = [];
        rest.unshift(...partsOf(link));
        continue;
      }
      if (found === undefined && link !== undefined) dangling.set(path, link);
      if (found === undefined || (rest.length > 0 && found.kind !== 'folder')) return undefined;
      at = [...at, part];
      end = found.kind;
    }
    return end === want ? `/${at.join('/')}` : undefined;
  }

  return {
    name,
    folder,
    dangling,
    async locate(paths) {
      const found: (string | undefined)[] = [];
      for (const path of paths) found.push(await follow(path, 'file'));
      return found;
    },
    read: (paths) =>
      Promise.all(
        paths.map((path) =>
          readFile(join(folder, path)).catch((error: unknown) => {
            throw failed(`${path} cannot be read: ${reasonOf(error)}`, error);
          }),
        ),
      ),
    async list(path) {
      const real = await follow(path, 'folder');
      if (real === undefined) return [];
      return readdir(join(folder, real)).catch((error: unknown) => {
        throw failed(`${path} cannot be listed: ${reasonOf(error)}`, error);
      });
    },
    async files(path) {
      const real = await follow(path, 'folder');
      if (real === undefined) return [];
      return filesBelow(join(folder, real)).catch((error: unknown) => {
        throw failed(`${path} cannot be listed: ${reasonOf(error)}`, error);
      });
    },
  };
}

async function filesBelow(folder: string, under = ''): Promise<string[]> {
  const entries = await readdir(join(folder, under), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<string[]> => {
      const path = join(under, entry.name);
      if (entry.isDirectory()) return filesBelow(folder, path);
      const link = entry.isSymbolicLink() && /\.ko(\.|$)/.test(path);
      return entry.isFile() || link ? [path] : [];
    }),
  );
  return found.flat();
}

const partsOf = (path: string): string[] =>
  path.split('/').filter((part) => part !== '' && part !== '.');
