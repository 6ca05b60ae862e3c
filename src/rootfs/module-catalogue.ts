import { moduleName } from '../device/module-list.js';
import { wantedBefore } from './modinfo.js';

/** The modules of one kernel by their names, as its folder and the tables of depmod(8) in it tell them. */
export interface ModuleCatalogue {
  /** The module's file, relative to the folder. */
  file(name: string): string | undefined;
  /** Whether the kernel has it built in. */
  builtIn(name: string): boolean;
  /** Modules that have this alias; undefined where there is no table of aliases. */
  aliased(name: string): string[] | undefined;
  /** Files that a file needs; undefined where there is no table of dependencies. */
  needs(file: string): string[] | undefined;
  /** Modules that the table of soft dependencies names for a module, beyond those that the module names itself. */
  wantsBefore(name: string): string[];
  /** All names, for messages. */
  names: string[];
}

/** The tables that are read, by file name; each may be missing. */
export const moduleTables = [
  'modules.dep',
  'modules.builtin',
  'modules.softdep',
  'modules.alias',
] as const;

const canonical = (name: string): string => name.replaceAll('-', '_');

/** Whether a file's name is that of a module, compressed or not. */
export const isModule = (path: string): boolean => /\.ko(\.(gz|xz|zst))?$/.test(path);

/**
 * Reads the tables (modules.dep(5); the other tables of kmod have the same form).
 * @param paths of all files in the folder of the kernel
 * @param tables text by file name, those that are there
 */
export function moduleCatalogue(
  paths: string[],
  tables: Partial<Record<(typeof moduleTables)[number], string>>,
): ModuleCatalogue {
  const lines = (name: (typeof moduleTables)[number]): string[] =>
    (tables[name] ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const there = new Set(paths);
  const needs = new Map(
    lines('modules.dep').map((line): [string, string[]] => {
      const [file = '', list = ''] = line.split(/:(.*)/s);
      return [file, list.split(' ').filter((path) => path !== '')];
    }),
  );
  // Where there are two files for one module, the one that depmod chose counts.
  const files = new Map<string, string>();
  for (const path of [...needs.keys(), ...[...paths].sort()]) {
    if (!isModule(path) || !there.has(path) || files.has(moduleName(path))) continue;
    files.set(moduleName(path), path);
  }
  const builtIn = new Set(lines('modules.builtin').map(moduleName));
  const wanted = pairs(lines('modules.softdep').map((line) => line.replace(/^softdep /, '')));
  const aliases = pairs(lines('modules.alias').map((line) => line.replace(/^alias /, '')));
  return {
    file: (name) => files.get(canonical(name)),
    builtIn: (name) => builtIn.has(canonical(name)),
    aliased: (name) =>
      tables['modules.alias'] === undefined
        ? undefined
        : (aliases.get(canonical(name)) ?? []).map(canonical),
    needs: (file) => (tables['modules.dep'] === undefined ? undefined : (needs.get(file) ?? [])),
    wantsBefore: (name) => (wanted.get(canonical(name)) ?? []).flatMap(wantedBefore),
    names: [...files.keys(), ...builtIn],
  };
}

/** Reads lines of the form `key rest`, and gathers the rests for each key. */
function pairs(lines: string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of lines) {
    const [, key = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const name = canonical(key);
    const known = found.get(name);
    if (known) known.push(rest);
    else found.set(name, [rest]);
  }
  return found;
}
