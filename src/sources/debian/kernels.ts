import { LevitateError } from '../../errors.js';
import { isRelease, type KernelModules, type SourceFile } from '../source.js';
import type { PackageSet } from './package-set.js';
import { DownloadFailed, type PackageTree } from './tree.js';

const home = '/usr/lib/modules/';

/** An opened kernel package, and the function that makes a file of the root of one of its paths. */
export interface KernelPackage {
  tree: PackageTree;
  unitFile: (path: string) => Promise<SourceFile>;
}

/**
 * Gives the modules of a kernel from its Debian package.
 * @param kernel the release of the kernel, or the name of its package
 * @param open opens a package; see `openKernel`
 * @throws LevitateError KERNEL_UNKNOWN, and what `open` throws
 */
export async function* debianKernels(
  kernel: string | undefined,
  open: (name: string) => Promise<KernelPackage>,
): AsyncGenerator<KernelModules> {
  if (kernel === undefined) {
    throw new LevitateError('KERNEL_UNKNOWN', 'a kernel of Debian must be named', {
      hint: 'Give root.modules.kernel: what `uname -r` prints on the device, or a package such as linux-image-amd64.',
    });
  }
  const { tree, unitFile } = await open(packageOf(kernel));
  const release = releaseIn(tree);
  if (release === undefined) {
    const text = `package ${tree.record.name} has no kernel modules`;
    throw new LevitateError('KERNEL_UNKNOWN', text, {
      hint: 'Give root.modules.kernel: what `uname -r` prints on the device, or a package such as linux-image-amd64.',
      data: { package: tree.record.name },
    });
  }
  const folder = `${home}${release}/`;
  const paths = tree.paths().filter((path) => path.startsWith(folder));
  yield {
    release,
    name: `debian ${tree.record.name} ${tree.record.version}`,
    paths: paths.map((path) => path.slice(folder.length)),
    read: (wanted) => Promise.all(wanted.map((path) => unitFile(`${folder}${path}`))),
  };
}

const packageOf = (kernel: string): string =>
  kernel.startsWith('linux-image-') ? kernel : `linux-image-${kernel}`;

const releaseIn = (tree: PackageTree): string | undefined =>
  tree
    .paths()
    .find((path) => path.startsWith(home) && isRelease(path.split('/')[4] ?? ''))
    ?.split('/')[4];

/**
 * Opens the package of a kernel, also through a package that only depends on it, such as linux-image-amd64. Lists that
 * are too old are fetched again, once.
 * @throws LevitateError PACKAGE_MISSING, SOURCE_FAILED
 */
export async function openKernel(packageSet: PackageSet, name: string): Promise<PackageTree> {
  let tree = await opened(packageSet, name);
  if (releaseIn(tree) === undefined) {
    const meant = tree.record.depends.flat().find((one) => one.startsWith('linux-image-'));
    if (meant !== undefined) tree = await opened(packageSet, meant);
  }
  return tree;
}

async function opened(packageSet: PackageSet, name: string): Promise<PackageTree> {
  const found = await packageSet.open([name]).catch((error: unknown) => {
    if (!(error instanceof DownloadFailed)) throw error;
    return new Map<string, PackageTree>();
  });
  if (found.has(name)) return found.get(name)!;
  await packageSet.refresh();
  const again = (await packageSet.open([name])).get(name);
  if (again === undefined) throw await packageSet.missing(name, 'root.modules');
  return again;
}
