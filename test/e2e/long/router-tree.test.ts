/** A root file system in a tar archive is put into a UBIFS that is made for it, with what is kept, and the device boots from that. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { packRoot } from '../a-tree.js';
import { deviceTest } from '../device-test.js';
import { minutes, wrote } from '../lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

test(
  'the device boots from a tree that was put into a new UBIFS',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const { device } = levitate;
    const image = join(await levitate.folder(), 'root.tar');
    await packRoot(device, 'router-ubi 3', image);
    await device.sh(
      'echo mine >/data/note; mkdir /etc/own; echo own >/etc/own/a; chown 7:8 /etc/own/a; chmod 600 /etc/own/a; sync',
    );
    const profile = await levitate.profile({
      'flash.targets.system': { 'ubifs-tree': 'rootfs', on: { mtd: 'ubi' } },
      'flash.keep': { paths: ['/etc/own'], into: 'system' },
    });
    const words = [profile, `system=${image}`, '--expect-build', 'router-ubi 3'];
    const { proxy, sshConfig } = await levitate.link();
    const deploying = levitate.start('deploy', words, sshConfig);
    await deploying.until(({ type, phase }) => type === 'phase' && phase === 'write');
    proxy.throttle(1024 * 1024);
    await deploying.until(wrote(1024 * 1024));
    // Beside the old one: until the swap a power cut leads to the old system.
    await device.cut();
    deploying.signal('SIGKILL');
    await deploying.ended;
    await device.start();
    expect(await device.sh('cat /etc/build-id')).toBe('router-ubi 1');
    const deployed = await levitate.run('deploy', words);
    expect(deployed.last, deployed.last.message).toMatchObject({
      type: 'result',
      leave: { isNew: true, build: 'router-ubi 3' },
      flash: { targets: [{ target: 'system', counters: { lost: 0, reset: 0, averaged: 0 } }] },
    });
    const said = await device.sh(
      'grep -c "^ubi0:rootfs / ubifs" /proc/mounts; cat /data/note; stat -c "%a %u:%g %h %s" /odd/capable; stat -c "%t:%T" /odd/disk; stat -c "%a %u:%g" /etc/own/a; cat /etc/own/a; cat /sys/class/ubi/ubi0_*/name | sort',
    );
    expect(said.split('\n')).toEqual([
      ...[
        '1',
        'mine',
        '4755 70000:3000000 2 70001',
        'fe:11170',
        '600 7:8',
        'own',
        'data',
        'rootfs',
      ],
    ]);
  },
);
