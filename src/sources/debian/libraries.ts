import type { PackageSet } from './package-set.js';
import type { PackageTree } from './tree.js';

/** A shared library in a package. */
export interface FoundLibrary {
  tree: PackageTree;
  /** The regular file in the package. */
  path: string;
  /** The path in the root, which has the name that was asked for. */
  as: string;
}

/**
 * Looks for a library in a package, then in libc6, which nearly everything needs, then level by level in what the
 * package depends on.
 * @param unit the package whose file needs it; undefined = only libc6 is looked at
 */
export async function findLibrary(
  packageSet: PackageSet,
  name: string,
  directories: string[],
  unit: string | undefined,
): Promise<FoundLibrary | undefined> {
  const first = unit === undefined ? [] : [unit];
  const seen = new Set<string>();
  const search = async (level: string[]) => {
    for (const one of level) seen.add(one);
    const trees = [...(await packageSet.open(level)).values()];
    const found = trees.map((tree) => inTree(tree, name, directories)).find((one) => one);
    return { found, below: trees.flatMap(({ record }) => record.depends.flat()) };
  };
  let { found, below } = await search(first);
  if (!found) found = (await search(['libc6'])).found;
  while (!found) {
    const level = [...new Set(below)].filter((one) => !seen.has(one));
    if (level.length === 0) return undefined;
    ({ found, below } = await search(level));
  }
  return found;
}

function inTree(tree: PackageTree, name: string, directories: string[]): FoundLibrary | undefined {
  for (const directory of directories) {
    const as = `${directory}/${name}`;
    const path = tree.follow(as);
    if (path !== undefined) return { tree, path, as };
  }
  return undefined;
}
