/** The files by which U-Boot chooses a slot, in the disk of a device that is switched off. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uBootLayout, type UBootName } from './build/sbc-uboot.js';
import { run } from './build/run.js';

const files = {
  'uboot-file': { 'copy-1': 'slots.env' },
  'uboot-env': { 'copy-1': 'uboot.env', 'copy-2': 'uboot-redund.env' },
} satisfies Record<UBootName, Record<string, string>>;

/** Bytes by the names that levitate has for the places. */
export type CopyBytes = Record<string, Uint8Array>;

/** Reads the files of a board, past its system. */
export const readCopies = (name: UBootName, disk: string): Promise<CopyBytes> =>
  inFolder(async (folder) => {
    const read: CopyBytes = {};
    for (const [place, file] of Object.entries(files[name])) {
      const own = join(folder, file);
      await run(['mcopy', '-n', '-i', partitionOf(disk), `::${file}`, own]);
      read[place] = await readFile(own);
    }
    return read;
  });

/** Replaces the files of a board. */
export const writeCopies = (name: UBootName, disk: string, copies: CopyBytes): Promise<void> =>
  inFolder(async (folder) => {
    for (const [place, file] of Object.entries(files[name])) {
      const own = join(folder, file);
      await writeFile(own, copies[place]!);
      await run(['mcopy', '-o', '-i', partitionOf(disk), own, `::${file}`]);
    }
  });

const partitionOf = (disk: string): string => `${disk}@@${uBootLayout.boot.offset}`;

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'levitate-u-boot-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
