import { posix } from 'node:path';
import { LevitateError } from '../errors.js';
import { isRelease, type KernelModules, type SourceFile } from './source.js';
import type { RootTree } from './tree.js';

/** The folders that may hold modules; they are the same folder in a root with /lib merged into /usr. */
const homes = ['/lib/modules', '/usr/lib/modules'];

/**
 * Gives the modules of a kernel in a root file system.
 * @param kernel its release, or Debian's package of it; undefined = the running one, or the only one there is
 * @param sourceFile makes a file of its path in the root, its path in the source, and its bytes
 * @throws LevitateError KERNEL_UNKNOWN, and what the tree throws
 */
export async function* treeKernels(
  tree: RootTree,
  kernel: string | undefined,
  sourceFile: (path: string, real: string, bytes: Uint8Array) => SourceFile,
): AsyncGenerator<KernelModules> {
  const release = kernel?.replace(/^linux-image-/, '') ?? (await ownRelease(tree));
  for (const home of homes) {
    const folder = `${home}/${release}`;
    const paths = await tree.files(folder);
    if (paths.length === 0) continue;
    yield {
      release,
      name: tree.name,
      paths,
      read: async (wanted) => {
        const reals = await filesOf(
          tree,
          wanted.map((path) => `${folder}/${path}`),
        );
        const contents = await tree.read(reals);
        return wanted.map((path, index) =>
          sourceFile(
            posix.join('/usr/lib/modules', release, path),
            reals[index]!,
            contents[index]!,
          ),
        );
      },
    };
    return;
  }
  const text = `${tree.name} has no modules of kernel ${release}`;
  throw new LevitateError('KERNEL_UNKNOWN', text, {
    hint: await thoseThereAre(tree),
    data: { kernel: release },
  });
}

async function filesOf(tree: RootTree, paths: string[]): Promise<string[]> {
  const reals = await tree.locate(paths);
  return reals.map((real, index) => {
    if (real !== undefined) return real;
    throw new LevitateError('SOURCE_FAILED', `${tree.name}: ${paths[index]!} leads nowhere`, {
      hint: 'It is a link without its file: install the kernel modules there anew.',
    });
  });
}

const releasesOf = async (tree: RootTree): Promise<string[]> => {
  const found = await Promise.all(homes.map((home) => tree.list(home)));
  return [...new Set(found.flat().filter(isRelease))].sort();
};

async function ownRelease(tree: RootTree): Promise<string> {
  // A device has this file; a folder has none.
  const [file] = await tree.locate(['/proc/sys/kernel/osrelease']);
  const running =
    file &&
    Buffer.from((await tree.read([file]))[0]!)
      .toString('utf8')
      .trim();
  if (running && isRelease(running)) return running;
  const all = await releasesOf(tree);
  if (all.length === 1) return all[0]!;
  const what = all.length === 0 ? 'no kernel modules' : 'modules of several kernels';
  throw new LevitateError('KERNEL_UNKNOWN', `${tree.name} has ${what}`, {
    hint: await thoseThereAre(tree),
  });
}

async function thoseThereAre(tree: RootTree): Promise<string> {
  const all = await releasesOf(tree);
  return all.length === 0
    ? 'Take the modules from a source with a folder /lib/modules: the device itself, a sysroot or Debian.'
    : `It has those of ${all.join(', ')}; name one under root.modules.kernel.`;
}
