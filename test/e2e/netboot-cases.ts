/** What is booted over the network, and written then, for each machine that does so. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foreignPackages } from '../lab/build/foreign.js';
import { labKeys } from '../lab/build/keys.js';
import { packages } from '../lab/build/packages.js';
import { uBootDisk } from '../lab/build/u-boot-disk.js';
import { deviceArtifacts } from '../lab/index.js';
import type { NetbootLoader } from '../lab/netboot.js';

/** What a device boots over the network, and what is written to it then. */
export interface NetbootCase {
  arch: string;
  kernel: string;
  /** The folder with the modules of that kernel. */
  modulesDir: string;
  names: string[];
  console: string;
  image: string;
  build: string;
}

/** Of each machine. */
export const netbootCases: Record<NetbootLoader, () => Promise<NetbootCase>> = {
  'u-boot': async () => ({
    ...(await foreignPackages('arm64')),
    arch: 'aarch64',
    names: ['virtio_mmio', 'virtio_net', 'virtio_blk'],
    console: 'ttyAMA0',
    image: await uBootDisk(),
    build: 'ap-arm64 2',
  }),
  ipxe: async () => {
    const { bzImage: kernel, modulesDir } = await packages();
    return {
      ...{ arch: 'x86_64', kernel, modulesDir, console: 'ttyS0' },
      names: ['virtio_pci', 'virtio_net', 'virtio_blk'],
      image: (await deviceArtifacts('sbc-systemd')).v2.disk,
      build: 'sbc-systemd 2',
    };
  },
};

/** A profile of an archive that boots by itself, with a host key that the person knows already. */
export async function rescueProfile(
  folder: string,
  { arch, modulesDir, names }: NetbootCase,
): Promise<string> {
  const { dir, userPublicKey } = await labKeys();
  await writeFile(join(folder, 'ops.pub'), `${userPublicKey}\n`);
  const path = join(folder, 'rescue.yaml');
  const text = `name: rescue
arch: ${arch}
root:
  from: [debian, { sysroot: ${join(modulesDir, '../../..')} }]
  modules: { names: [${names.join(', ')}] }
services:
  network: dhcp
  sshd: { authorized-keys: [./ops.pub], host-keys: ${join(dir, 'ssh_host_ed25519_key')} }
flash:
  targets:
    disk: { block: /dev/vda }
confirm:
  build: { read: [cat, /etc/build-id] }
  timeout: 15m
`;
  await writeFile(path, text);
  return path;
}
