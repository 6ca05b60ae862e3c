/** GRUB for a BIOS machine, placed by hand: no loop device, no grub-install. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.js';

const grubDir = '/usr/lib/grub/i386-pc';
const modules = [
  'biosdisk',
  'part_gpt',
  'ext2',
  'normal',
  'linux',
  'serial',
  'terminal',
  'echo',
  'reboot',
];

/** boot.img for sector 0 and core.img for the sectors from `coreSector`, each patched to find the next. */
export async function grubImages(
  scratch: string,
  prefix: string,
  coreSector: number,
): Promise<{ boot: Buffer; core: Buffer }> {
  const file = join(scratch, 'core.img');
  await run(['grub-mkimage', '-O', 'i386-pc', '-p', prefix, '-o', file, ...modules]);
  const boot = await readFile(join(grubDir, 'boot.img'));
  const core = await readFile(file);
  await rm(file);
  boot.writeBigUInt64LE(BigInt(coreSector), 0x5c); // where boot.img reads core.img's first sector
  core.writeBigUInt64LE(BigInt(coreSector + 1), 0x1f4); // the block list: where the rest of core.img is
  return { boot, core };
}
