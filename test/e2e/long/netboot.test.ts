/** A device whose disk holds nothing: its boot loader finds the archive on a TFTP server, and a deploy ends in the new system. */
import { execa } from 'execa';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { foreignPackages } from '../../lab/build/foreign.js';
import { labKeys } from '../../lab/build/keys.js';
import { packages } from '../../lab/build/packages.js';
import { uBootDisk } from '../../lab/build/u-boot-disk.js';
import { deviceArtifacts } from '../../lab/index.js';
import { NetbootMachine, type NetbootLoader } from '../../lab/netboot.js';
import { startCommand } from '../command.js';
import { minutes, wrote } from '../lines.js';

const mib = 1024 * 1024;

/** What a device boots over the network, and what is written to it then. */
interface Case {
  arch: string;
  kernel: string;
  /** The folder with the modules of that kernel. */
  modulesDir: string;
  names: string[];
  console: string;
  image: string;
  build: string;
}

const cases: Record<NetbootLoader, () => Promise<Case>> = {
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
async function rescue(folder: string, { arch, modulesDir, names }: Case): Promise<string> {
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

test.each(Object.keys(cases) as NetbootLoader[])(
  'by %s: an empty disk, a power cut in the middle of the write, and the new system in the end',
  { timeout: minutes(20) },
  async (loader) => {
    const about = await cases[loader]();
    const folder = await mkdtemp(join(tmpdir(), 'levitate-netboot-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [tftp, profile] = [join(folder, 'tftp'), await rescue(folder, about)];
    await execa('node', [
      ...['dist/cli/main.js', 'build', profile, '-o', join(folder, 'rescue.cpio.gz')],
      ...['--netboot', tftp, '--kernel', about.kernel, '--append', `console=${about.console}`],
    ]);
    const diskBytes = (await stat(about.image)).size + 16 * mib;
    const dir = join(folder, 'machine');
    const machine = await NetbootMachine.make({ loader, tftp, dir, diskBytes });
    onTestFinished(() => machine.cut());
    const deploy = () => {
      const words = ['deploy', '-F', machine.sshConfig, loader, profile, `disk=${about.image}`];
      return startCommand([...words, '--yes'], join(folder, 'state'));
    };

    await machine.start();
    const first = deploy();
    await first.until(wrote(10 * mib));
    await machine.cut();
    first.signal('SIGKILL');
    await first.ended;

    // Half of a system is none: the boot loader goes on to the network.
    await machine.start();
    const { exit, last } = await deploy().ended;
    expect(last).toMatchObject({ type: 'result', leave: { isNew: true, build: about.build } });
    expect(exit).toBe(0);
    expect(await machine.sh('cat /etc/build-id')).toBe(about.build);
  },
);
