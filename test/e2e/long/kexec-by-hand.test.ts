/** The archive by kexec: the command that `levitate build --kernel` prints, typed on a device. */
import { execa } from 'execa';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { labKeys, type LabDevice } from '../../lab/index.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';

const test = deviceTest('init-unknown', { scope: 'file' });

/** A profile of a root that boots by itself: a key, an address, and the drivers of its network. */
async function rescue(folder: string, kernel: string): Promise<void> {
  const { userPublicKey } = await labKeys();
  await writeFile(join(folder, 'ops.pub'), `${userPublicKey}\n`);
  await writeFile(
    join(folder, 'rescue.yaml'),
    `name: rescue
arch: x86_64
root:
  modules: { kernel: ${kernel}, names: [virtio_pci, virtio_net, virtio_blk] }
services:
  network: { address: 10.0.2.15/24, gateway: 10.0.2.2 }
  sshd: { authorized-keys: [./ops.pub] }
flash:
  targets:
    disk: { block: /dev/vda }
`,
  );
}

/** The device's ssh_config, for a system that made its own host keys. */
async function trusting(device: LabDevice, folder: string): Promise<string> {
  const config = await readFile(device.sshConfig, 'utf8');
  const path = join(folder, 'ssh_config');
  const lines = config
    .replace(/StrictHostKeyChecking yes/, 'StrictHostKeyChecking no')
    .replace(/UserKnownHostsFile .*/, 'UserKnownHostsFile /dev/null');
  await writeFile(path, lines);
  return path;
}

test(
  'the printed command leads into maintenance',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device, host } = levitate;
    const release = await device.sh('uname -r');
    const folder = await levitate.folder();
    await rescue(folder, release);
    const [kernel, archive] = [join(folder, 'vmlinuz'), join(folder, 'rescue.cpio.gz')];
    const ssh = (command: string, input?: Buffer) =>
      execa('ssh', ['-F', device.sshConfig, host, command], {
        encoding: 'buffer',
        ...(input ? { input } : {}),
      });
    await writeFile(kernel, (await ssh(`cat /boot/vmlinuz-${release}`)).stdout);

    const words = ['build', join(folder, 'rescue.yaml'), '-o', archive, '--kernel', kernel];
    const { exit, last } = await levitate.local(words).ended;
    expect(exit).toBe(0);
    // The command names the files as they are called here.
    for (const path of [kernel, archive]) {
      await ssh(`mkdir -p ${folder} && cat >${path}`, await readFile(path));
    }
    await device.sh(String(last['kexec']));
    await device.ssh('kexec -e', { timeoutMs: 20_000 });

    const config = await trusting(device, folder);
    const enters = async () => (await levitate.run('enter', [], config)).last;
    await expect
      .poll(enters, { timeout: minutes(3), interval: 1000 })
      .toMatchObject({ already: true });
    expect(await levitate.status()).toMatchObject({
      where: 'maintenance',
      maintenance: {
        ...{ name: 'rescue', phase: 'released', held: [], touched: false, modules_failed: [] },
        holders: { disk: [] },
      },
    });
    expect(await levitate.run('leave')).toMatchObject({ exit: 0, last: { isNew: false } });
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
  },
);
