import { readFile } from 'node:fs/promises';
import { readEntry, type ArchiveInfo } from '../../archive/read.js';
import { archiveName, carried } from '../../device/hook.js';
import { moduleListText } from '../../device/module-list.js';
import { workingSetBytes } from '../../rootfs/ram.js';

/** The files of an installation, by their name under `installFolder`. */
export type Parts = Record<string, { bytes: Uint8Array; mode: number }>;

/** An archive as it is installed. */
export interface PackedParts {
  /** Its files. */
  parts: Parts;
  /** What it says of itself. */
  info: ArchiveInfo;
}

/** Gives the files of an installation, from an archive that was built. */
export const partsOf = async (archive: string, info: ArchiveInfo): Promise<Parts> => ({
  [archiveName(carried(info.profile.archive.compression))]: {
    bytes: await readFile(archive),
    mode: 0o644,
  },
  busybox: { bytes: info.busybox, mode: 0o755 },
  ...(info.modules.length === 0
    ? {}
    : { modules: { bytes: Buffer.from(moduleListText(info.modules)), mode: 0o644 } }),
  'profile.json': { bytes: await readEntry(archive, 'etc/levitate/profile.json'), mode: 0o644 },
  'archive.size': { bytes: Buffer.from(`${info.ramBytes - workingSetBytes}\n`), mode: 0o644 },
  'archive.sha256': { bytes: Buffer.from(`${info.sha256}\n`), mode: 0o644 },
});
