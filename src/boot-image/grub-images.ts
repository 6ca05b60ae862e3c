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

/** What GRUB is made of and made for. */
export interface GrubRecipe {
  /** The modules in it beside those that each has. */
  modules: string[];
  /** Where it looks for its files: a partition of the disk that it was started from, and a folder. */
  prefix: string;
  /** What it runs first: a line of GRUB's rescue shell. */
  early: string;
}

/** Linux, and what every configuration here says. */
const commonModules = ['biosdisk', 'normal', 'linux', 'sleep', 'reboot', 'test'];

/** Of a rescue the configuration lies at the beginning of the first partition. */
const forRescue: GrubRecipe = {
  modules: ['part_msdos'],
  prefix: '(,msdos1)/',
  early: 'normal ($root)0+8',
};

/** How a person gets GRUB onto this machine. */
const howToGet = 'apt install grub-common grub-pc-bin, or dnf install grub2-tools grub2-pc-modules';

/**
 * Makes GRUB for a PC with a BIOS, by the programs of this machine.
 * @param recipe what it is made of; without it, what a rescue needs
 * @returns the two parts of it; or why there is none, a sentence without a stop
 */
export async function grubImages({ modules, prefix, early }: GrubRecipe = forRescue): Promise<
  GrubImages | { why: string }
> {
  const found = await Promise.all(programs.map((name) => findProgram(name)));
  const program = found.find((path) => path !== undefined);
  const boot = await readFile(join(folder, 'boot.img')).catch(() => undefined);
  if (program === undefined || !boot)
    return { why: `the machine that you type on lacks GRUB for the BIOS of a PC (${howToGet})` };
  const scratch = await mkdtemp(join(tmpdir(), 'levitate-grub-'));
  try {
    const [configuration, made] = [join(scratch, 'early.cfg'), join(scratch, 'core.img')];
    await writeFile(configuration, `${early}\n`);
    const words = ['-O', 'i386-pc', '-d', folder, '-p', prefix, '-c', configuration];
    await execa(program, [...words, '-o', made, ...commonModules, ...modules], { stdin: 'ignore' });
    return { boot, core: await readFile(made) };
  } catch (error) {
    return { why: `GRUB cannot be made on this machine: ${reasonOf(error)}` };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
