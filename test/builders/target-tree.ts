/**
 * A stand-in for the root file system that Buildroot or Yocto has built, laid out as Buildroot's output/target of
 * x86_64 is (its manual, "Customizing the generated target filesystem"; system/skeleton): no merged /usr, lib64 a link
 * to lib. The programs are this machine's own, with their libraries.
 */
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';

const programs = {
  'bin/busybox': '/bin/busybox',
  'usr/sbin/dropbear': '/usr/sbin/dropbear',
  'usr/bin/dropbearkey': '/usr/bin/dropbearkey',
  'usr/bin/dropbearconvert': '/usr/bin/dropbearconvert',
};

/** Fills a folder that is not there yet. */
export async function makeTarget(folder: string): Promise<void> {
  for (const name of ['bin', 'sbin', 'lib', 'etc', 'usr/bin', 'usr/sbin', 'usr/lib']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  await symlink('lib', join(folder, 'lib64'));
  await symlink('lib', join(folder, 'usr/lib64'));
  for (const [place, from] of Object.entries(programs)) await copyFile(from, join(folder, place));
  const { stdout } = await execa('ldd', [programs['usr/sbin/dropbear']]);
  const libraries = stdout.match(/\/\S+(?= \()/g) ?? [];
  for (const library of libraries) await copyFile(library, join(folder, 'lib', basename(library)));
}
