import { withoutDuplicates } from './duplicates.js';
import type { Entry } from './entry.js';

const pageBytes = 4096;

/** What the running maintenance system needs beside its files, the state and the spool of 5 MiB at most included: twice of what writing a UBI layout took on the lab's 64 MB access point. */
export const workingSetBytes = 6 * 1024 * 1024;

/** What starting another kernel needs besides: the root as an archive, the loaded modules' files, the kernel itself. */
const kexecBytes = 24 * 1024 * 1024;

/** Bytes of RAM that the maintenance system needs beside its files on a device with this init. */
export const workingBytes = (init: string): number =>
  workingSetBytes + (init === 'kexec' ? kexecBytes : 0);

/** What the files of a root take before one was built: on amd64, 7 MiB with the UBI tools and without. */
export const estimatedRootBytes = 8 * 1024 * 1024;

/** Bytes of all files' contents, those of hard links once. */
export const unpackedBytes = (entries: Entry[]): number =>
  sizes(entries).reduce((sum, size) => sum + size, 0);

/** Bytes of RAM that the maintenance system takes: its files in whole pages, as tmpfs keeps them, and its working set. */
export const ramBytes = (entries: Entry[]): number =>
  sizes(entries).reduce(
    (sum, size) => sum + Math.ceil(size / pageBytes) * pageBytes,
    workingSetBytes,
  );

const sizes = (entries: Entry[]): number[] =>
  withoutDuplicates(entries).flatMap((entry) =>
    entry.kind === 'file' && 'bytes' in entry.content ? [entry.content.bytes.length] : [],
  );
