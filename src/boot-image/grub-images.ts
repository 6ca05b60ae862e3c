import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { reasonOf } from '../errors.js';
import type { GrubImages } from '../flash/rescue/boot-sector.js';
import { findProgram } from '../shared/host-program.js';

/** Where distributions put GRUB's modules for the BIOS of a PC. */
const folder = '/usr/lib/grub/i386-pc';
/** What Debian and Fedora call the program. */
const programs = ['grub-mkimage', 'grub2-mkimage'];
/** What a rescue needs of GRUB: the disk, its partition table, the commands of the configuration, and Linux. */
const modules = ['biosdisk', 'part_msdos', 'normal', 'linux', 'sleep', 'reboot', 'test'];
/** The configuration lies at the beginning of the first partition of the disk that GRUB was started from. */
const early = 'normal ($root)0+8\n';

/** How a person gets GRUB onto this machine. */
const howToGet = 'apt install grub-common grub-pc-bin, or dnf install grub2-tools grub2-pc-modules';

/**
 * Makes GRUB for the rescue of a PC with a BIOS, by the programs of this machine.
 * @returns the two parts of it; or why there is none, a sentence without a stop
 */
export async function grubImages(): Promise<GrubImages | { why: string }> {
  const found = await Promise.all(programs.map((name) => findProgram(name)));
  const program = found.find((path) => path !== undefined);
  const boot = await readFile(join(folder, 'boot.img')).catch(() => undefined);
  if (program === undefined || !boot)
    return { why: `the machine that you type on lacks GRUB for the BIOS of a PC (${howToGet})` };
  const scratch = await mkdtemp(join(tmpdir(), 'levitate-grub-'));
  try {
    const [configuration, made] = [join(scratch, 'early.cfg'), join(scratch, 'core.img')];
    await writeFile(configuration, early);
    const words = ['-O', 'i386-pc', '-d', folder, '-p', '(,msdos1)/', '-c', configuration];
    await execa(program, [...words, '-o', made, ...modules], { stdin: 'ignore' });
    return { boot, core: await readFile(made) };
  } catch (error) {
    return { why: `GRUB cannot be made on this machine: ${reasonOf(error)}` };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
