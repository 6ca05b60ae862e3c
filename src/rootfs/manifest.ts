import { duplicates } from './duplicates.js';
import type { Entry, Provenance } from './entry.js';

/** One entry of the root as `--manifest` tells it. */
export interface ManifestEntry extends Provenance {
  /** Path in the maintenance root. */
  path: string;
  /** What the entry is: `file`, `dir`, `symlink` or `char`. */
  kind: Entry['kind'];
  /** Octal, such as `0755`. */
  mode: string;
  /** Bytes of a regular file. */
  size?: number;
  /** Hex SHA-256 of a regular file. */
  sha256?: string;
  /** The target of a symbolic link, as it is stored. */
  target?: string;
  /** The file that this one is a hard link to. */
  sameAs?: string;
}

/** Tells for each entry what it is, where it came from and what asked for it. */
export const manifestOf = (
  entries: Entry[],
  digest: (bytes: Uint8Array) => string,
): ManifestEntry[] => {
  const sameAs = duplicates(entries);
  return entries.map((entry) => {
    const { path, kind, origin, reason } = entry;
    const about = { path, kind, mode: entry.mode.toString(8).padStart(4, '0'), origin, reason };
    if (entry.kind === 'symlink') return { ...about, target: entry.target };
    if (entry.kind !== 'file' || !('bytes' in entry.content)) return about;
    const { bytes } = entry.content;
    const original = sameAs.get(path) ?? path;
    const size = { size: bytes.length, sha256: digest(bytes) };
    return { ...about, ...size, ...(original === path ? {} : { sameAs: original }) };
  });
};
