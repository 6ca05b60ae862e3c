import { posix } from 'node:path';
import { libcOf, parseLoaderConfiguration } from './loader.js';
import type { RootTree } from './tree.js';

/**
 * Gives the directories that the configuration of a root names for a loader: `ld-musl-ARCH.path`, or `ld.so.conf` and
 * what it includes.
 */
export async function configuredDirectories(tree: RootTree, loader: string): Promise<string[]> {
  if (libcOf(loader) === 'musl') {
    const text = await textOf(tree, `/etc/${loader.replace(/\.so\.[0-9]+$/, '')}.path`);
    return text.split(/[:\n]/).filter((path) => path.startsWith('/'));
  }
  return fromFile(tree, '/etc/ld.so.conf', new Set());
}

async function fromFile(tree: RootTree, path: string, seen: Set<string>): Promise<string[]> {
  if (seen.has(path)) return [];
  seen.add(path);
  const { folders, includes } = parseLoaderConfiguration(await textOf(tree, path));
  const found = [...folders];
  for (const pattern of includes) {
    for (const file of await matching(tree, posix.resolve('/etc', pattern)))
      found.push(...(await fromFile(tree, file, seen)));
  }
  return found;
}

/** Gives the files that a pattern with `*` and `?` in its last part matches, sorted as ldconfig sorts them. */
async function matching(tree: RootTree, pattern: string): Promise<string[]> {
  const { dir, base } = posix.parse(pattern);
  if (!/[*?]/.test(base)) return [pattern];
  const plain = base.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const like = new RegExp(`^${plain.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
  const names = await tree.list(dir);
  return names
    .filter((name) => like.test(name) && !name.startsWith('.'))
    .sort()
    .map((name) => `${dir}/${name}`);
}

async function textOf(tree: RootTree, path: string): Promise<string> {
  const [real] = await tree.locate([path]);
  if (real === undefined) return '';
  return Buffer.from((await tree.read([real]))[0]!).toString('utf8');
}
