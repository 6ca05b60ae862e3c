import { withoutDuplicates } from './duplicates.js';
import type { Entry } from './entry.js';

const pageBytes = 4096;

/**
 * Bytes that the running maintenance system needs besides its files, with up to 5 MiB for the state and the spool:
 * twice what writing a UBI layout took on the lab's 64 MB access point.
 */
export const workingSetBytes = 6 * 1024 * 1024;

/**
 * Bytes that kexec needs besides: for the root as an archive, the files of the loaded modules, and the kernel itself.
 */
const kexecBytes = 24 * 1024 * 1024;

/** Bytes of RAM that the maintenance system needs beside its files on a device with this init. */
export const workingBytes = (init: string): number =>
  workingSetBytes + (init === 'kexec' ? kexecBytes : 0);

/**
 * Bytes that the files of a root are assumed to take before it is built; on amd64 and arm64 they take 6.8 MiB, with the
 * UBI tools or without.
 */
export const estimatedRootBytes = 6.9 * 1024 * 1024;

/** Bytes of the contents of all files; files that become hard links count once. */
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
