/** busybox init with inittabs that would take the new root away, and a way in that breaks on its last step. */
import { expect } from 'vitest';
import type { LabDevice } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

/** Gives the router these shutdown actions, at run time, and no restart action; `down` is one of them. */
async function inittab(device: LabDevice, actions: string[], down: string[]): Promise<void> {
  await device.sh('cat >/etc/init.d/down && chmod 755 /etc/init.d/down', {
    input: ['#!/bin/sh', ...down, ''].join('\n'),
  });
  await device.sh(
    "sed -i '/:shutdown:/d; /:restart:/d' /etc/inittab && cat >>/etc/inittab && sync && kill -HUP 1",
    { input: actions.map((action) => `::shutdown:${action}\n`).join('') },
  );
}

test('actions that unmount and kill everything', { timeout: minutes(10) }, async ({ levitate }) => {
  const { device } = levitate;
  // A stand-in for openrc(8), at its path: its level "shutdown" kills every process and unmounts every file system.
  await device.sh('cat >/sbin/openrc && chmod 755 /sbin/openrc', {
    input: '#!/bin/sh\necho "openrc: $*" >/dev/kmsg\nkillall5 -9\numount -a -r\n',
  });
  await inittab(
    device,
    ['/sbin/swapoff -a', '/etc/init.d/down', '/sbin/openrc shutdown', '/bin/umount -a -r'],
    [
      '/etc/init.d/rcK',
      'killall5 -9',
      'umount /tmp/levitate-root && echo "down: unmounted" >/dev/kmsg',
    ],
  );
  await levitate.enter(await levitate.profile());
  expect(await levitate.status()).toMatchObject({
    where: 'maintenance',
    maintenance: { held: [], root: 'tmpfs' },
  });
  const log = await device.sh('dmesg');
  expect(log).toContain('down: unmounted');
  expect(log).not.toContain('openrc: ');
  expect(await device.sh('grep ^Sig[BI] /proc/1/status; ls /proc/1/fd')).toMatch(
    /^SigBlk:\t0{16}\nSigIgn:\t0{16}\n0\n1\n2$/,
  );
  expect(await levitate.run('leave')).toMatchObject({ exit: 0, last: { isNew: false } });
});

test('the step is gone: back in the old system', { timeout: minutes(10) }, async ({ levitate }) => {
  await inittab(
    levitate.device,
    ['/etc/init.d/down'],
    ['rm /tmp/levitate-root/run/takeover/pivot'],
  );
  const before = await levitate.device.bootId();
  const { exit, last } = await levitate.run('enter', [await levitate.profile()]);
  expect(last).toMatchObject({ type: 'error', code: 'ENTER_FAILED' });
  expect(last.message).toContain('gone back to its old system');
  expect(exit).toBe(4);
  expect(await levitate.device.bootId()).not.toBe(before);
  expect(await levitate.status()).toMatchObject({ where: 'normal' });
});
