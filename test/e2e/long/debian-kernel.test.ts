/** A kernel's modules out of Debian's own package of it, fetched as a user's are, and loaded into that kernel. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { build } from '../../../src/index.js';
import { packages } from '../../lab/build/packages.js';
import { bootInitramfs } from '../../lab/index.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';

test(
  'an archive that boots by itself reaches the network by a driver that it brought',
  { timeout: minutes(15) },
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'levitate-kernel-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const { kernelVersion } = await packages();
    const profile = `name: kernel
arch: x86_64
root:
  from: { debian: bookworm }
  modules: { kernel: ${kernelVersion}, names: [virtio_pci, virtio-net, ext4] }
services: { network: dhcp }
`;
    await writeFile(join(dir, 'profile.yaml'), profile);
    const archive = join(dir, 'archive.gz');
    const { manifest } = await build({ profile: join(dir, 'profile.yaml'), output: archive });
    expect(manifest.find(({ path }) => path.endsWith('/virtio_net.ko'))).toMatchObject({
      origin: expect.stringMatching(`^debian linux-image-${kernelVersion} `) as string,
      reason: 'kernel module virtio_net',
    });
    const machine = await bootInitramfs({ archive, modules: [] });
    onTestFinished(() => machine.stop());
    await machine.waitForConsole(/levitate: eth0 has 10\.0\.2\.15\/24 by DHCP/, {
      timeoutMs: minutes(3),
    });
    expect(await machine.console()).not.toMatch(/levitate: kernel module /);
  },
);

const kexec = deviceTest('init-unknown');
kexec(
  'a kernel that kexec has started anew has them, too, where the old system has no such file',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const profile = await levitate.profile({
      'root.from': ['debian', { sysroot: join((await packages()).modulesDir, '../../..') }],
      'root.modules': { names: ['dummy'] },
    });
    await levitate.enter(profile);
    expect(await levitate.status()).toMatchObject({
      where: 'maintenance',
      maintenance: { modules_failed: [] },
    });
    expect(await levitate.device.sh('cat /proc/modules')).toMatch(/^dummy /m);
    expect(await levitate.run('leave')).toMatchObject({ exit: 0 });
  },
);
