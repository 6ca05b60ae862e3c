/** Bytes of a file in the root: held here, or in a file of this machine that is read when packing. */
export type FileContent = { bytes: Uint8Array } | { hostFile: string };

/** Where an entry came from and what asked for it; the manifest tells both. */
export interface Provenance {
  /** Where it came from, such as `debian dropbear-bin 2022.83-1+deb12u3`, `levitate`, `profile ./motd`. */
  origin: string;
  /** What asked for it, such as `service sshd`, `target layout`, `library of dropbear`. */
  reason: string;
}

interface Common extends Provenance {
  /** Absolute, no trailing slash, no `.` or `..`, no control characters. */
  path: string;
  /** Permission bits only (0o755); the file type is the kind. */
  mode: number;
}

/** One member of the archive. */
export type Entry =
  | (Common & { kind: 'dir' })
  | (Common & { kind: 'file'; content: FileContent })
  | (Common & { kind: 'symlink'; target: string })
  | (Common & { kind: 'char'; major: number; minor: number });

type Rest = Partial<Provenance> & { mode?: number };

const provenance = (rest: Rest): Provenance => ({
  origin: rest.origin ?? 'levitate',
  reason: rest.reason ?? 'base',
});

/** A directory. */
export const dir = (path: string, rest: Rest = {}): Entry => ({
  kind: 'dir',
  path,
  mode: rest.mode ?? 0o755,
  ...provenance(rest),
});

/** A regular file; text is stored as UTF-8. */
export const file = (path: string, content: FileContent | string, rest: Rest = {}): Entry => ({
  kind: 'file',
  path,
  content: typeof content === 'string' ? { bytes: Buffer.from(content) } : content,
  mode: rest.mode ?? 0o644,
  ...provenance(rest),
});

/** A symbolic link. */
export const symlink = (path: string, target: string, rest: Rest = {}): Entry => ({
  kind: 'symlink',
  path,
  target,
  mode: 0o777,
  ...provenance(rest),
});

/** A character device node; needs no root to be packed into a cpio archive. */
export const charDev = (path: string, major: number, minor: number, rest: Rest = {}): Entry => ({
  kind: 'char',
  path,
  major,
  minor,
  mode: rest.mode ?? 0o600,
  ...provenance(rest),
});
