import { posix } from 'node:path';
import { canonicalPath } from './canonical.js';

export type LibcKind = 'musl' | 'uClibc' | 'glibc';

/** The kind of C library that a loader belongs to, by the name that programs have for it. */
export function libcOf(loader: string): LibcKind {
  const name = posix.basename(loader);
  if (name.startsWith('ld-musl-')) return 'musl';
  return /uClibc/.test(name) ? 'uClibc' : 'glibc';
}

/**
 * Directories that are built into a loader. glibc's differ from build to build and stand in the loader itself, each
 * with a slash at its end, one NUL after another (`system_dirs` in `elf/dl-load.c`); the others' are fixed.
 */
export function builtInDirectories(loader: { path: string; bytes: Uint8Array }): string[] {
  const kind = libcOf(loader.path);
  if (kind === 'musl') return ['/usr/lib', '/usr/local/lib'];
  if (kind === 'uClibc') return ['/usr/lib'];
  const { bytes } = loader;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const found = text.match(/(?<=\0)(?:\/[\x21-\x7e]*\blib[\x21-\x7e]*\/\0)+/g) ?? [];
  const longest = found.reduce((best, one) => (one.length > best.length ? one : best), '');
  const listed = longest.split('\0').filter((path) => path !== '');
  return unique(
    (listed.length > 0 ? listed : ['/usr/lib', posix.dirname(loader.path)]).map(canonicalPath),
  );
}

/** Whether musl's loader is itself what a library's name asks for (`load_library` in `ldso/dynlink.c`). */
export const isInMuslLoader = (name: string): boolean =>
  /^lib(c|pthread|rt|m|dl|util|xnet)\./.test(name);

/** Directories that an `ld.so.conf` names, and the patterns of files that it includes. */
export function parseLoaderConfiguration(text: string): { folders: string[]; includes: string[] } {
  const folders: string[] = [];
  const includes: string[] = [];
  for (const line of text.split('\n').map((one) => one.replace(/#.*/, '').trim())) {
    const [first = '', ...rest] = line.split(/[\s:,]+/);
    if (first === 'include') includes.push(...rest);
    // Before 2.32 a folder could carry the name of its ABI: /usr/lib=libc6.
    else if (first !== 'hwcap')
      folders.push(...[first, ...rest].map((one) => one.replace(/=.*/, '')));
  }
  return { folders: folders.filter((one) => one.startsWith('/')), includes };
}

/** Each value once, where it stood first. */
export const unique = (values: string[]): string[] => [...new Set(values)];
