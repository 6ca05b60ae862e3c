/** A guest that runs nothing but the maintenance root of a profile, on Debian's general kernel. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../src/index.js';
import { packages } from '../lab/build/packages.js';
import {
  bootInitramfs,
  labKeys,
  type InitramfsMachine,
  type InitramfsOptions,
} from '../lab/index.js';
import { waitForBanner } from '../lab/ssh.js';
import { minutes } from './lines.js';

/** Kernel modules that a guest needs for its disks and its network. */
export const guestDrivers = ['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_rng'];

/**
 * Builds the archive of a profile and boots it as an initramfs, until it stands on nothing but its RAM and lets people log in.
 * @param dir gets the profile, the public key of the lab beside it as `key.pub`, and the archive
 * @param profile gives the profile's YAML for the folder that Debian's kernel package was unpacked to
 * @param hardware what the guest has besides
 */
export async function bootMaintenance(
  dir: string,
  profile: (kernel: string) => string,
  hardware: Omit<InitramfsOptions, 'archive' | 'modules'>,
): Promise<InitramfsMachine> {
  const kernel = join((await packages()).modulesDir, '../../..');
  await writeFile(join(dir, 'key.pub'), `${(await labKeys()).userPublicKey}\n`);
  await writeFile(join(dir, 'profile.yaml'), profile(kernel));
  const archive = join(dir, 'archive.gz');
  await build({ profile: join(dir, 'profile.yaml'), output: archive });
  const machine = await bootInitramfs({ ...hardware, archive, modules: [] });
  try {
    await machine.waitForConsole(/nothing of the old system is left/);
    await waitForBanner(machine.port, minutes(1));
    return machine;
  } catch (error) {
    await machine.stop();
    throw error;
  }
}
