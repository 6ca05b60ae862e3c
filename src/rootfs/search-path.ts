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
 * The folders in which a loader looks for what `by` needs, in its order. glibc (ld.so(8)): a RUNPATH is for the file's
 * own needs alone, an RPATH also for those of what it loads, and is ignored beside a RUNPATH. musl hands both down.
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
