import { posix } from 'node:path';
import { rootPath } from '../shared/root-path.js';
import { unique } from '../sources/loader.js';
import type { Dependent } from './dependent.js';
import type { ElfFile } from './elf.js';

/** A program or library in a process, and what made the loader load it. */
export interface Loaded extends Dependent {
  elf: ElfFile;
  parent: Loaded | undefined;
}

/**
 * Gives the folders in which a loader looks for what `by` needs, in its order. With glibc (ld.so(8)), a RUNPATH serves
 * only the needs of the file itself; an RPATH also serves the libraries that it loads, and is ignored beside a RUNPATH.
 * With musl both serve those libraries as well.
 */
export function searchPath(by: Loaded, musl: boolean, loaderDirectories: string[]): string[] {
  const chain: Loaded[] = [];
  for (let one: Loaded | undefined = by; one; one = one.parent) chain.push(one);
  const inherits = musl || by.elf.runpath.length === 0;
  const own = (inherits ? chain : [by]).flatMap((file) => {
    const { runpath, rpath } = file.elf;
    if (runpath.length === 0) return resolved(rpath, file);
    return musl || file === by ? resolved(runpath, file) : [];
  });
  return unique([...own, ...loaderDirectories]);
}

const resolved = (paths: string[], { path }: Loaded): string[] =>
  paths.map((one) => rootPath(one.replace(/\$(ORIGIN|\{ORIGIN\})/g, posix.dirname(path))));
