import { posix } from 'node:path';
import { LevitateError, reasonOf } from '../errors.js';
import type { Architecture } from '../profile/schema.js';
import { rootPath } from '../shared/root-path.js';
import { isInMuslLoader, libcOf, type LibcKind } from '../sources/loader.js';
import type { LoaderDirectories, Source, SourceFile } from '../sources/source.js';
import { elfArchitecture, runsOn } from './architecture.js';
import type { Dependent } from './dependent.js';
import { isElf, readElf, type ElfFile } from './elf.js';
import { searchPath, type Loaded } from './search-path.js';

/** The part of a source that finds libraries. */
export type LibraryLookup = Pick<Source, 'library' | 'loaderDirectories' | 'searched'>;

/** A shared library that something in the root needs. */
export interface Library {
  file: SourceFile;
  /** Name of the program that brought it in first. */
  neededBy: string;
}

/**
 * Finds every library and loader that programs need, and those that the libraries need, in a fixed order. Each
 * program is followed as its loader would: breadth first, and a name that is loaded once serves all who need it.
 * @throws LevitateError WRONG_ARCHITECTURE when a file is for another machine; LIBRARY_MISSING when one is not found;
 * LIBRARY_CONFLICT when one place would have to hold two files, or the root two kinds of C library.
 */
export async function libraryClosure(
  dependents: Dependent[],
  arch: Architecture,
  lookup: LibraryLookup,
): Promise<Library[]> {
  const found = new Map<string, Library>();
  const loaders = new Map<LibcKind, Library>();
  // A file that the profile brings itself satisfies a need for its file name.
  const own = new Set(dependents.map(({ path }) => posix.basename(path)));
  const memory = remembering(lookup);
  const headers = new Map<string, ElfFile | undefined>();
  const headersOf = (file: Dependent): ElfFile | undefined => {
    if (!headers.has(file.path)) headers.set(file.path, readHeaders(file, arch));
    return headers.get(file.path);
  };
  const keep = (file: SourceFile, neededBy: string): void => {
    const before = found.get(file.path);
    if (before && !Buffer.from(before.file.bytes).equals(file.bytes))
      throw twice(before, { file, neededBy });
    if (!before) found.set(file.path, { file, neededBy });
  };

  for (const program of dependents) {
    const elf = headersOf(program);
    if (!elf) continue;
    const loader = await loaderOf(program, elf, memory, own);
    if (loader) {
      keep(loader, program.path);
      refuseTwoKinds(loaders, { file: loader, neededBy: program.path });
    }
    const musl = loader !== undefined && libcOf(loader.path) === 'musl';
    // A static program asks for none of them.
    let places: LoaderDirectories | undefined;
    const loaded = new Set(loader ? [posix.basename(loader.path)] : []);
    const queue: Loaded[] = [{ ...program, elf, parent: undefined }];
    for (let next = queue.shift(); next; next = queue.shift()) {
      for (const name of [...next.elf.needed, ...openedAtRunTime(next.elf, next.bytes)]) {
        const base = posix.basename(name);
        if (own.has(base) || loaded.has(base) || (musl && isInMuslLoader(name))) continue;
        places ??= await lookup.loaderDirectories(loader);
        const directories = searchPath(next, musl, places.search);
        const unit = next.unit ?? loader?.unit;
        let file = await memory.library(name, directories, unit);
        if (!file)
          throw libraryMissing(
            program.path,
            next.path,
            name,
            directories,
            lookup.searched(unit, name),
          );
        if (!name.includes('/')) file = withinReach(file, next, musl, places.builtIn);
        loaded.add(base);
        keep(file, program.path);
        const inner = headersOf(file);
        if (inner) queue.push({ ...file, elf: inner, parent: next });
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
}

/** Finds the loader of a program. It comes first, because it also satisfies the C library's need for it, by name. */
async function loaderOf(
  program: Dependent,
  { interpreter }: ElfFile,
  lookup: Pick<LibraryLookup, 'library' | 'searched'>,
  own: Set<string>,
): Promise<SourceFile | undefined> {
  if (interpreter === undefined || own.has(posix.basename(interpreter))) return undefined;
  const path = rootPath(interpreter);
  const [name, directories] = [posix.basename(path), [posix.dirname(path)]];
  const loader = await lookup.library(name, directories, program.unit);
  if (loader) return loader;
  const searched = lookup.searched(program.unit, name);
  throw libraryMissing(program.path, program.path, name, directories, searched);
}

/**
 * Moves a library that only the configuration of the source leads to into a folder where the loader looks without
 * configuration.
 */
function withinReach(file: SourceFile, by: Loaded, musl: boolean, builtIn: string[]): SourceFile {
  const folder = posix.dirname(file.path);
  const [home] = builtIn;
  if (home === undefined || searchPath(by, musl, builtIn).includes(folder)) return file;
  return { ...file, path: posix.join(home, posix.basename(file.path)) };
}

function refuseTwoKinds(loaders: Map<LibcKind, Library>, loader: Library): void {
  const kind = libcOf(loader.file.path);
  if (!loaders.has(kind)) loaders.set(kind, loader);
  const [first, second] = [...loaders];
  if (!first || !second) return;
  const side = ([name, { file, neededBy }]: [LibcKind, Library]) =>
    `${name} of ${file.origin} (for ${neededBy})`;
  throw new LevitateError(
    'LIBRARY_CONFLICT',
    `the root would have two C libraries: ${side(first)} and ${side(second)}`,
    { hint: 'Take all dynamic programs from one source, or static ones from the other.' },
  );
}

const twice = (first: Library, second: Library): LevitateError =>
  new LevitateError(
    'LIBRARY_CONFLICT',
    `${first.file.path} is there in two versions: of ${first.file.origin} (for ${first.neededBy}) and of ${second.file.origin} (for ${second.neededBy})`,
    { hint: 'Take both programs from one source.', data: { path: first.file.path } },
  );

/** Gives the same lookup, which asks the source each question only once. */
function remembering(lookup: LibraryLookup): Pick<LibraryLookup, 'library' | 'searched'> {
  const answers = new Map<string, Promise<SourceFile | undefined>>();
  return {
    searched: (...about) => lookup.searched(...about),
    library: (...question) => {
      const key = JSON.stringify(question);
      const answer = answers.get(key) ?? lookup.library(...question);
      answers.set(key, answer);
      return answer;
    },
  };
}

function readHeaders({ path, bytes }: Dependent, arch: Architecture): ElfFile | undefined {
  if (!isElf(bytes)) return undefined;
  let elf: ElfFile;
  try {
    elf = readElf(bytes);
  } catch (error) {
    throw new LevitateError(
      'WRONG_ARCHITECTURE',
      `${path} is a broken ELF file: ${reasonOf(error)}`,
      { cause: error, hint: 'Take the file anew from where it was built.' },
    );
  }
  if (runsOn(elf, arch)) return elf;
  const actual = elfArchitecture(elf);
  throw new LevitateError(
    'WRONG_ARCHITECTURE',
    `${path} is for ${actual}, the profile is for ${arch}`,
    {
      hint: 'Set `arch` to that of the device, or take a file that was built for it.',
      data: { path, actual, expected: arch },
    },
  );
}

/**
 * Names the libraries that a C library opens at run time. Before 2.34, glibc looks up accounts through a library that
 * no ELF header names, and dropbear looks up the account root.
 */
function openedAtRunTime({ soname }: ElfFile, bytes: Uint8Array): string[] {
  if (soname !== 'libc.so.6') return [];
  const builtIn = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(
    '_nss_files_getpwnam_r',
  );
  return builtIn ? [] : ['libnss_files.so.2'];
}

function libraryMissing(
  program: string,
  path: string,
  library: string,
  directories: string[],
  searched: string,
): LevitateError {
  const via = program === path ? '' : ` (through ${path})`;
  const text = `${program}${via} needs ${library}, which is not in ${directories.join(', ')} of ${searched}`;
  return new LevitateError('LIBRARY_MISSING', text, {
    hint: 'Add the library under root.files, or take the program from a source that has it.',
    data: { program, library, directories },
  });
}
