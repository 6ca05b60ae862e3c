import { posix } from 'node:path';
import { LevitateError } from '../errors.js';
import type { Architecture } from '../profile/schema.js';
import { canonicalPath } from '../sources/canonical.js';
import type { SourceFile } from '../sources/source.js';
import { architectureOf, runsOn } from './architecture.js';
import { isElf, readElf, type ElfFile } from './elf.js';

/** A file whose libraries are wanted. */
export interface Dependent {
  path: string;
  bytes: Uint8Array;
  /** The source's handle on where it came from; undefined for a file of the profile. */
  unit: string | undefined;
}

export interface LibraryLookup {
  /** See `Source.library`. */
  library: (
    name: string,
    directories: string[],
    unit: string | undefined,
  ) => Promise<SourceFile | undefined>;
  libraryDirectories: string[];
  searched: (unit: string | undefined) => string;
}

export interface Library {
  file: SourceFile;
  /** Name of the program that brought it in first. */
  neededBy: string;
}

/**
 * Finds every library and loader that programs need, and those that the libraries need, in a fixed order.
 * @throws LevitateError WRONG_ARCHITECTURE when a file is for another machine; LIBRARY_MISSING when one isn't found.
 */
export async function libraryClosure(
  dependents: Dependent[],
  arch: Architecture,
  lookup: LibraryLookup,
): Promise<Library[]> {
  const found = new Map<string, Library>();
  // What is in the root anyway satisfies a need by its file name: the profile's own libraries, and the loader.
  const present = new Set(dependents.map(({ path }) => posix.basename(path)));
  const queue = dependents.map((file) => ({ ...file, program: file.path }));

  for (let next = queue.shift(); next; next = queue.shift()) {
    const elf = headersOf(next, arch);
    if (!elf) continue;
    for (const { name, directories } of needsOf(next, elf, lookup.libraryDirectories)) {
      if (present.has(name)) continue;
      const file = await lookup.library(name, directories, next.unit);
      if (!file)
        throw libraryMissing(
          next.program,
          next.path,
          name,
          directories,
          lookup.searched(next.unit),
        );
      present.add(name);
      found.set(file.path, { file, neededBy: next.program });
      queue.push({ ...file, program: next.program });
    }
  }
  return [...found.values()].sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
}

function headersOf({ path, bytes }: Dependent, arch: Architecture): ElfFile | undefined {
  if (!isElf(bytes)) return undefined;
  let elf: ElfFile;
  try {
    elf = readElf(bytes);
  } catch (error) {
    throw new LevitateError('WRONG_ARCHITECTURE', `${path} is a broken ELF file`, { cause: error });
  }
  if (runsOn(elf, arch)) return elf;
  const actual = architectureOf(elf);
  throw new LevitateError(
    'WRONG_ARCHITECTURE',
    `${path} is for ${actual}, the profile is for ${arch}`,
    {
      hint: 'Set `arch` to that of the device, or take a file that was built for it.',
      data: { path, actual, expected: arch },
    },
  );
}

function needsOf(
  { path, bytes }: Dependent,
  elf: ElfFile,
  defaults: string[],
): { name: string; directories: string[] }[] {
  const origin = posix.dirname(path);
  const own = elf.runpath.map((one) =>
    canonicalPath(one.replace(/\$(ORIGIN|\{ORIGIN\})/g, origin)),
  );
  const names = [...elf.needed, ...openedAtRunTime(elf, bytes)];
  const libraries = names.map((name) => ({ name, directories: [...own, ...defaults] }));
  if (elf.interpreter === undefined) return libraries;
  // The loader comes first: it also satisfies the C library's need of it, by name.
  const loader = canonicalPath(elf.interpreter);
  return [{ name: posix.basename(loader), directories: [posix.dirname(loader)] }, ...libraries];
}

/** Before 2.34, glibc found accounts through a library that no header names, and dropbear looks up root's. */
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
    hint: 'Add the library under root.files, or take the program from a package that depends on it.',
    data: { program, library, directories },
  });
}
