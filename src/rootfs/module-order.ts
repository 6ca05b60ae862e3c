import { isCode, LevitateError } from '../errors.js';
import { moduleName } from '../device/module-list.js';
import { editDistance } from '../shared/nearest.js';
import { isModule, type ModuleCatalogue } from './module-catalogue.js';
import type { ModuleInfo } from './modinfo.js';

/** A module at its place in the order of loading. */
export interface OrderedModule {
  name: string;
  /** Its file, relative to the folder of the kernel. */
  path: string;
  reason: string;
  /**
   * Whether loading must succeed. It need not for a module that a soft dependency names, or that only such a module
   * needs.
   */
  required: boolean;
}

interface Step extends OrderedModule {
  /** Files of the modules that it needs. */
  needs: string[];
}

/**
 * Puts modules and everything that they need into the order in which they have to be loaded, each once. What the kernel
 * has built in is left out.
 * @param names as people write them, `-` and `_` being the same
 * @param look reads what modules say of themselves, by their files
 * @param where the kernel and its source, for messages
 * @throws LevitateError MODULE_UNKNOWN, MODULE_INVALID where modules need each other, and what `look` throws
 */
export async function orderModules(
  names: string[],
  catalogue: ModuleCatalogue,
  look: (paths: string[]) => Promise<ModuleInfo[]>,
  where: string,
): Promise<OrderedModule[]> {
  const steps = new Map<string, Step>();
  /** The files from the requested module to the one that is visited now. */
  const way: string[] = [];
  let cryptoNames: Map<string, string[]> | undefined;

  async function visit(path: string, reason: string, soft: boolean): Promise<void> {
    if (steps.has(path)) return;
    if (way.includes(path)) {
      // Cycles of soft dependencies are ignored.
      if (soft) return;
      throw new DependencyCycle(way.slice(way.indexOf(path)).map(moduleName));
    }
    way.push(path);
    const name = moduleName(path);
    const info = (await look([path]))[0]!;
    for (const wish of new Set([...info.wantsBefore, ...catalogue.wantsBefore(name)])) {
      for (const file of await filesFor(wish)) await visitIfWhole(file, name);
    }
    const needs = catalogue.needs(path) ?? filesOf(info.depends, name);
    for (const file of needs) await visit(file, `needed by kernel module ${name}`, false);
    way.pop();
    steps.set(path, { name, path, reason, needs, required: false });
  }

  /**
   * Visits a module that a soft dependency names. It is left out where something that it needs is missing, or where it
   * needs the module that names it.
   */
  async function visitIfWhole(path: string, by: string): Promise<void> {
    const depth = way.length;
    try {
      await visit(path, `wanted by kernel module ${by}`, true);
    } catch (error) {
      if (!isCode(error, 'MODULE_UNKNOWN') && !(error instanceof DependencyCycle)) throw error;
      way.length = depth;
    }
  }

  const filesOf = (needed: string[], by: string): string[] =>
    needed.flatMap((name) => {
      const file = catalogue.file(name);
      if (file === undefined && !catalogue.builtIn(name))
        throw unknown(name, catalogue, where, ` (needed by ${by})`);
      return file ?? [];
    });

  /**
   * Finds the files that a soft dependency means. Without a table of aliases, only the modules in crypto folders are
   * asked for theirs.
   */
  async function filesFor(wish: string): Promise<string[]> {
    const file = catalogue.file(wish);
    if (file !== undefined) return [file];
    if (catalogue.builtIn(wish)) return [];
    const known = catalogue.aliased(wish);
    if (known) return known.flatMap((name) => catalogue.file(name) ?? []);
    cryptoNames ??= await namesOfCrypto(catalogue, look);
    return cryptoNames.get(moduleName(wish)) ?? [];
  }

  const roots = names.flatMap((name) => namedFile(name, catalogue, where));
  for (const path of roots) await visit(path, `kernel module ${moduleName(path)}`, false);
  const require = (path: string): void => {
    const step = steps.get(path);
    if (!step || step.required) return;
    step.required = true;
    step.needs.forEach(require);
  };
  roots.forEach(require);
  return [...steps.values()].map(({ name, path, reason, required }) => ({
    name,
    path,
    reason,
    required,
  }));
}

/** Finds the file of a module by its name or an alias, which may lead to another one; none where the kernel has it built in. */
function namedFile(name: string, catalogue: ModuleCatalogue, where: string): string[] {
  const passed = new Set<string>();
  // In a table that nobody has checked, an alias may lead back to itself.
  for (let at = name; !passed.has(at);) {
    const file = catalogue.file(at);
    if (file !== undefined) return [file];
    if (catalogue.builtIn(at)) return [];
    passed.add(at);
    const others = [...new Set(catalogue.aliased(at) ?? [])];
    if (others.length > 1) {
      const text = `"${at}" of ${where} may mean any of ${others.join(', ')}`;
      throw new LevitateError('MODULE_UNKNOWN', text, { hint: 'Name one of them.' });
    }
    at = others[0] ?? at;
  }
  throw unknown(name, catalogue, where);
}

/** Gives alias → files for the modules in folders called crypto, and for all modules where there are no folders. */
async function namesOfCrypto(
  { names, file }: ModuleCatalogue,
  look: (paths: string[]) => Promise<ModuleInfo[]>,
): Promise<Map<string, string[]>> {
  const paths = names
    .flatMap((name) => file(name) ?? [])
    .filter((path) => isModule(path) && /(^|\/)crypto\/|^[^/]+$/.test(path));
  const found = new Map<string, string[]>();
  for (const [index, { aliases }] of (await look(paths)).entries()) {
    for (const alias of new Set(aliases.map(moduleName)))
      found.set(alias, [...(found.get(alias) ?? []), paths[index]!]);
  }
  return found;
}

function unknown(name: string, { names }: ModuleCatalogue, where: string, why = ''): LevitateError {
  const near = names
    .map((known) => ({ known, far: editDistance(moduleName(name), known) }))
    .filter(({ known, far }) => far <= Math.max(1, Math.ceil(known.length / 3)))
    .sort((a, b) => a.far - b.far || (a.known < b.known ? -1 : 1))
    .slice(0, 3)
    .map(({ known }) => known);
  const text = `${where} has no module "${name}"${why}`;
  return new LevitateError('MODULE_UNKNOWN', text, {
    hint:
      near.length > 0
        ? `Did you mean ${near.join(', ')}?`
        : 'Name a module as lsmod does; what is built into the kernel needs no name here.',
    data: { module: name, nearest: near },
  });
}

class DependencyCycle extends LevitateError {
  constructor(names: string[]) {
    super('MODULE_INVALID', `kernel modules need each other: ${names.join(', ')}`, {
      hint: 'There is no order in which they can be loaded.',
    });
  }
}
