/** The trial timer as `install --root` puts it into a root, on a device of each init system: in a trial it reboots by itself. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import fs from 'fs-extra';
import { expect, test } from 'vitest';
import { startTrialTimer, trialParts } from '../../../src/operations/install/trial-timer.js';
import type { BootSpec } from '../../../src/profile/profile.js';
import { bootDevice, type DeviceName, type LabDevice } from '../../lab/index.js';
import { minutes } from '../lines.js';

const devices: DeviceName[] = ['router-ubi', 'init-sysvinit', 'init-openrc', 'init-procd'];

/** Long enough for a loaded machine to look at the device meanwhile. */
const boot = { confirmWithinSeconds: 120 } as BootSpec;

test.each(devices)('%s', { timeout: minutes(30) }, async (name) => {
  const device = await bootDevice(name, { kernelInitrd: { append: 'levitate.trial' } });
  try {
    const delivered = await device.bootId();
    await install(device);
    await device.ssh('reboot');
    await device.waitForSsh({ notBootId: delivered, timeoutMs: 1_800_000 });
    const tried = await device.bootId();
    expect(tried).not.toBe(delivered);
    // Nobody has told it to.
    await device.waitForSsh({ notBootId: tried, timeoutMs: 1_800_000 });
    expect(await device.bootId()).not.toBe(delivered);
  } finally {
    await device.stop();
  }
});

/** Puts what belongs to the timer onto the device, from a folder with the files by which its init system is known. */
async function install(device: LabDevice): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'levitate-trial-'));
  try {
    const inittab = await device.ssh('cat /etc/inittab');
    if (inittab.exitCode === 0) await fs.outputFile(join(root, 'etc/inittab'), inittab.stdout);
    for (const folder of ['etc/runlevels', 'sbin/procd'])
      if ((await device.ssh(`test -e /${folder}`)).exitCode === 0)
        await fs.ensureDir(join(root, folder));
    const init = await device.ssh('readlink /sbin/init');
    await fs.ensureDir(join(root, 'sbin'));
    if (init.exitCode === 0) await fs.symlink(init.stdout.trim(), join(root, 'sbin/init'));
    for (const [file, { bytes, mode }] of Object.entries(await trialParts({ boot })))
      await fs.outputFile(join(root, 'usr/lib/levitate', file), bytes, { mode });
    expect(await startTrialTimer(root)).toBe(true);
    const { stdout } = await execa(
      'tar',
      ['-c', '--owner=0', '--group=0', '-C', root, 'etc', 'usr'],
      {
        encoding: 'buffer',
      },
    );
    await device.sh('tar -x -C / && sync', { input: Buffer.from(stdout) });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
