import { posix } from 'node:path';
import { rootPath } from '../shared/root-path.js';

/** The C library that a program was linked against. */
export type LibcKind = 'musl' | 'uClibc' | 'glibc';

/** The kind of C library that a loader belongs to, by the name that programs have for it. */
export function libcOf(loader: string): LibcKind {
  const name = posix.basename(loader);
  if (name.startsWith('ld-musl-')) return 'musl';
  return /uClibc/.test(name) ? 'uClibc' : 'glibc';
}

/**
 * Gives the directories that are built into a loader. Those of glibc differ from build to build and are stored in the
 * loader, each with a slash and a NUL at its end (`system_dirs` in `elf/dl-load.c`); those of the other C libraries are
 * fixed.
 */
export function builtInDirectories(loader: { path: string; bytes: Uint8Array }): string[] {
  const kind = libcOf(loader.path);
  if (kind === 'musl') return ['/usr/lib', '/usr/local/lib'];
  if (kind === 'uClibc') return ['/usr/lib'];
  const { bytes } = loader;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const listed = longestRun(text.split('\0').slice(1, -1), isLibraryFolder);
  return unique(
    (listed.length > 0 ? listed : ['/usr/lib', posix.dirname(loader.path)]).map(rootPath),
  );
}

const isLibraryFolder = (text: string): boolean =>
  text.length <= 4096 && /^\/[\x21-\x7e]*\/$/.test(text) && /\blib/.test(text);

/** Gives the longest run of neighbouring values that match; of two that are equally long, the first. */
function longestRun(values: string[], matches: (value: string) => boolean): string[] {
  let best = { from: 0, length: 0, bytes: 0 };
  let run = best;
  for (const [index, value] of values.entries()) {
    run = matches(value)
      ? {
          from: run.length === 0 ? index : run.from,
          length: run.length + 1,
          bytes: run.bytes + value.length + 1,
        }
      : { from: 0, length: 0, bytes: 0 };
    if (run.bytes > best.bytes) best = run;
  }
  return values.slice(best.from, best.from + best.length);
}

/** Whether musl's loader is itself what a library's name asks for (`load_library` in `ldso/dynlink.c`). */
export const isInMuslLoader = (name: string): boolean =>
  /^lib(c|pthread|rt|m|dl|util|xnet)\./.test(name);

/** Gives the directories that an `ld.so.conf` names, and the patterns of the files that it includes. */
export function parseLoaderConfiguration(text: string): { folders: string[]; includes: string[] } {
  const folders: string[] = [];
  const includes: string[] = [];
  for (const line of text.split('\n').map((one) => one.replace(/#.*/, '').trim())) {
    const [first = '', ...rest] = line.split(/[\s:,]+/);
    if (first === 'include') includes.push(...rest);
    // Before glibc 2.32, the name of an ABI could follow a folder: /usr/lib=libc6.
    else if (first !== 'hwcap')
      folders.push(...[first, ...rest].map((one) => one.replace(/=.*/, '')));
  }
  return { folders: folders.filter((one) => one.startsWith('/')), includes };
}

/** Gives each value once, at its first place. */
export const unique = (values: string[]): string[] => [...new Set(values)];
