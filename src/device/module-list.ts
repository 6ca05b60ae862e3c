/** Where the root has the list of its kernel modules, in the order of loading; `lib/modules.sh` reads it. */
export const moduleListPath = '/etc/levitate/modules';

/** A kernel module that an archive brings. */
export interface CarriedModule {
  /** Where the root has it, under `/usr/lib/modules/RELEASE`. */
  path: string;
  /** Whether maintenance cannot do without it. */
  required: boolean;
}

/** The list as text: a path a line, and `optional` behind those that may fail. */
export const moduleListText = (modules: CarriedModule[]): string =>
  modules.map(({ path, required }) => `${path}${required ? '' : ' optional'}\n`).join('');

/** Reads the lines of a list. */
export const parseModuleList = (lines: string[]): CarriedModule[] =>
  lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [path = '', word] = line.split(' ');
      return { path, required: word === undefined };
    });

/** The name of the module in a file: no folder, no ending, and `_` for `-`, as the kernel lists it. */
export const moduleName = (path: string): string =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.ko(\.[a-z0-9]+)?$/, '')
    .replaceAll('-', '_');

/** The kernel release that a module's path in the root names. */
export const releaseOf = (path: string): string => path.split('/')[4] ?? '';
