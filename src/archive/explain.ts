import { deflateRawSync } from 'node:zlib';
import type { ArchiveCompression } from '../profile/schema.js';
import { duplicates } from '../rootfs/duplicates.js';
import type { Entry, Provenance } from '../rootfs/entry.js';

/** What one file is for and what it costs. */
export interface Cost extends Provenance {
  /** Path in the maintenance root. */
  path: string;
  /** Bytes in the RAM of the device; 0 for a hard link to another file. */
  bytes: number;
  /** Its share of the archive's bytes: an estimate, as a compressor looks at all files together. */
  packedBytes: number;
  /** The file that this one is a hard link to. */
  sameAs?: string;
}

/** What all files of a root are for and what they cost. */
export interface Explanation {
  /** Every regular file, the dearest first. */
  files: Cost[];
  /** Folders, links and device nodes, with the headers of all entries. */
  others: { entries: number; packedBytes: number };
}

/** Bytes that a header with its name takes when compressed, on average. */
const packedHeaderBytes = 30;

/**
 * Says what each file of an archive is for and what it costs.
 * @param archiveBytes of the packed archive; the estimates add up to it
 */
export function explain(
  entries: Entry[],
  archiveBytes: number,
  compression: ArchiveCompression,
): Explanation {
  const sameAs = duplicates(entries);
  const files = entries.flatMap((entry): Cost[] => {
    if (entry.kind !== 'file' || !('bytes' in entry.content)) return [];
    const { path, origin, reason } = entry;
    const original = sameAs.get(path) ?? path;
    if (original !== path)
      return [{ path, origin, reason, bytes: 0, packedBytes: 0, sameAs: original }];
    const { bytes } = entry.content;
    const packed = compression === 'none' ? bytes : deflateRawSync(bytes);
    return [{ path, origin, reason, bytes: bytes.length, packedBytes: packed.length }];
  });
  const contents = files.reduce((sum, { packedBytes }) => sum + packedBytes, 0);
  const scale =
    compression === 'none' ? 1 : archiveBytes / (contents + entries.length * packedHeaderBytes);
  const scaled = files.map((cost) => ({
    ...cost,
    packedBytes: Math.round(cost.packedBytes * scale),
  }));
  return {
    files: scaled.sort((a, b) => b.packedBytes - a.packedBytes || (a.path < b.path ? -1 : 1)),
    others: {
      entries: entries.length - files.length,
      packedBytes: archiveBytes - scaled.reduce((sum, { packedBytes }) => sum + packedBytes, 0),
    },
  };
}
