import { posix } from 'node:path';
import { LevitateError } from '../errors.js';
import { busyboxPath } from './applet-names.js';
import { rootPath } from '../shared/root-path.js';
import { packageOfProgram } from './debian/packages.js';
import { builtInDirectories, libcOf, unique } from './loader.js';
import { configuredDirectories } from './loader-configuration.js';
import type { ProgramRequest, Source, SourceFile, SourceProgram } from './source.js';
import type { RootTree } from './tree.js';
import { treeKernels } from './tree-kernels.js';

const programFolders = [
  ...['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'],
];
const nixStore = '/nix/store';

/**
 * A source over a root file system: programs on its PATH, libraries where its own loader would find them.
 * @param inDebian whether Debian could give what is missing
 */
export function treeSource(tree: RootTree, inDebian = true): Source {
  const read = async (real: string): Promise<Uint8Array> => (await tree.read([real]))[0]!;
  const sourceFile = (path: string, real: string, bytes: Uint8Array): SourceFile => ({
    path,
    bytes,
    origin: tree.originOf?.(real) ?? `${tree.name} ${real}`,
    unit: tree.name,
    ...(tree.folder === undefined ? {} : { hostFile: posix.join(tree.folder, real) }),
  });
  const configured = new Map<string, Promise<string[]>>();

  return {
    kernels: (kernel) => treeKernels(tree, kernel, sourceFile),
    searched: (_unit, name) => `${tree.name}${danglingLink(tree, name)}`,
    async programs(requests) {
      const folders = [...programFolders, ...(await nixFolders(tree))];
      const located = await locateAll(
        tree,
        ['busybox', ...requests.map((one) => one.name)],
        folders,
      );
      const busybox = located.get('busybox')?.real;
      const there = requests.filter(({ name }) => located.has(name));
      const absent = requests.filter(({ name, optional }) => !located.has(name) && !optional);
      if (absent.length > 0) throw programsMissing(tree, absent, inDebian);
      const reals = unique(there.map(({ name }) => located.get(name)!.real));
      const contents = await tree.read(reals);
      return there.map((request): { request: ProgramRequest; found: SourceProgram } => {
        const { asked, real } = located.get(request.name)!;
        // Staging and every script call busybox by this path only.
        const path = real === busybox ? busyboxPath : rootPath(real);
        const file = sourceFile(path, real, contents[reals.indexOf(real)]!);
        const folder = asked.endsWith(`/sbin/${request.name}`) ? '/usr/sbin' : '/usr/bin';
        const name = `${folder}/${request.name}`;
        return { request, found: { file, aliases: name === path ? [] : [name] } };
      });
    },
    async library(name, directories) {
      const places = name.includes('/')
        ? [name]
        : directories.map((directory) => `${directory}/${name}`);
      const spellings = places.flatMap((place) =>
        spellingsOf(place).map((path) => ({ place, path })),
      );
      const reals = await tree.locate(spellings.map(({ path }) => path));
      const first = spellings.find((_, index) => reals[index] !== undefined);
      if (!first) return undefined;
      const same = unique(
        reals.filter(
          (real, index) => real !== undefined && spellings[index]!.place === first.place,
        ) as string[],
      );
      const contents = await tree.read(same);
      const bytes = contents[0]!;
      if (contents.some((other) => !Buffer.from(other).equals(bytes))) throw twice(tree, same);
      return sourceFile(rootPath(first.place), same[0]!, bytes);
    },
    async loaderDirectories(loader) {
      if (!loader) return { search: ['/usr/lib'], builtIn: ['/usr/lib'] };
      const builtIn = builtInDirectories(loader);
      const name = posix.basename(loader.path);
      if (!configured.has(name)) configured.set(name, configuredDirectories(tree, name));
      const own = (await configured.get(name)!).map(rootPath);
      // A list for musl's loader replaces the one that is built in.
      const both = libcOf(loader.path) === 'musl' && own.length > 0 ? own : [...own, ...builtIn];
      return { search: unique(both), builtIn };
    },
  };

  async function locateAll(
    from: RootTree,
    names: string[],
    folders: string[],
  ): Promise<Map<string, { asked: string; real: string }>> {
    const asked = unique(names).flatMap((name) => folders.map((folder) => `${folder}/${name}`));
    const reals = await from.locate(asked);
    const located = new Map<string, { asked: string; real: string }>();
    for (const [index, path] of asked.entries()) {
      const real = reals[index];
      const name = posix.basename(path);
      if (real === undefined) continue;
      const before = located.get(name);
      if (!before) located.set(name, { asked: path, real });
      // No PATH tells which of two paths in the Nix store comes first.
      else if (
        before.asked.startsWith(nixStore) &&
        before.real !== real &&
        !Buffer.from(await read(before.real)).equals(await read(real))
      )
        throw twice(from, [before.real, real]);
    }
    return located;
  }
}

const nixFolders = async (tree: RootTree): Promise<string[]> =>
  (await tree.list(nixStore))
    .sort()
    .flatMap((name) => ['sbin', 'bin'].map((folder) => `${nixStore}/${name}/${folder}`));

/** Gives the paths that a file may have in the source: what the root has under /usr may lie outside it there. */
function spellingsOf(path: string): string[] {
  const inRoot = rootPath(path);
  const outside = inRoot.replace(/^\/usr(?=\/(bin|sbin|lib|lib32|lib64|libx32|libo32)\/)/, '');
  return outside === inRoot ? [inRoot] : [outside, inRoot];
}

const twice = (tree: RootTree, [first, second]: string[]): LevitateError =>
  new LevitateError(
    'LIBRARY_CONFLICT',
    `${posix.basename(first!)} is in ${tree.name} in two versions: ${first} and ${second}`,
    {
      hint: 'In the maintenance root both have one place. Remove one of them, or make them equal.',
    },
  );

/** Says, for messages, that a program is only a link to a file that is missing, or nothing. */
function danglingLink(tree: RootTree, name: string): string {
  const link = [...tree.dangling].find(([path]) => posix.basename(path) === name);
  return link ? `; ${link[0]} is a link to ${link[1]}, which is not there` : '';
}

function programsMissing(
  tree: RootTree,
  requests: ProgramRequest[],
  inDebian: boolean,
): LevitateError {
  const lines = requests.map(({ name, reason }) => {
    return `${name} (${reason}${danglingLink(tree, name)})`;
  });
  const packages = unique(requests.flatMap(({ name }) => packageOfProgram.get(name) ?? []));
  const fill =
    inDebian && packages.length > 0
      ? `Debian has them in ${packages.join(', ')}: make root.from a list with debian in it.`
      : 'Add a source that has them to root.from.';
  return new LevitateError('TOOL_MISSING', `${tree.name} has no ${lines.join(', ')}`, {
    hint: fill,
    data: { tools: requests.map(({ name }) => name), packages },
  });
}
