/** U-Boot for QEMU's 64-bit ARM board: Debian's, and one of our own from Debian's source. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, labDir } from '../cache.js';
import { run } from './run.js';

const suite = 'bookworm';
const mirror = 'http://deb.debian.org/debian';

/** Debian's build: it has no environment that QEMU lets it write, and counts nothing. */
export const debianUBoot = '/usr/lib/u-boot/qemu_arm64/u-boot.bin';

/**
 * A build that keeps two copies of its environment in a FAT file system, counts the starts of a trial, and then runs `altbootcmd`; it
 * takes some minutes to compile.
 */
export async function countingUBoot(): Promise<string> {
  const recipe = ['build/u-boot.ts', 'recipes/u-boot'];
  const version = await readFile('/usr/share/doc/u-boot-qemu/changelog.Debian.gz');
  const dir = await cached('u-boot', recipe, version.toString('base64'), async (scratch) => {
    await run(['sh', join(labDir, 'recipes/u-boot/build.sh'), scratch, mirror, suite]);
  });
  return join(dir, 'u-boot.bin');
}
