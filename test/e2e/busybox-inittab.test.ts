/** busybox init with inittabs that would take the new root away, and a way in that breaks on its last step. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bench, minutes } from './help.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.at('router-ubi');
}, minutes(5));
afterAll(() => bench.close());

/** Gives the router these shutdown actions, at run time, and no restart action; `down` is one of them. */
async function inittab(actions: string[], down: string[]): Promise<void> {
  const { device } = bench;
  await device.sh('cat >/etc/init.d/down && chmod 755 /etc/init.d/down', {
    input: ['#!/bin/sh', ...down, ''].join('\n'),
  });
  await device.sh(
    "sed -i '/:shutdown:/d; /:restart:/d' /etc/inittab && cat >>/etc/inittab && sync && kill -HUP 1",
    { input: actions.map((action) => `::shutdown:${action}\n`).join('') },
  );
}

test('actions that unmount and kill everything', { timeout: minutes(10) }, async () => {
  const { device } = bench;
  // A stand-in for openrc(8), at its path: its level "shutdown" kills every process and unmounts every file system.
  await device.sh('cat >/sbin/openrc && chmod 755 /sbin/openrc', {
    input: '#!/bin/sh\necho "openrc: $*" >/dev/kmsg\nkillall5 -9\numount -a -r\n',
  });
  await inittab(
    ['/sbin/swapoff -a', '/etc/init.d/down', '/sbin/openrc shutdown', '/bin/umount -a -r'],
    [
      '/etc/init.d/rcK',
      'killall5 -9',
      'umount /tmp/levitate-root && echo "down: unmounted" >/dev/kmsg',
    ],
  );
  await bench.enter(await bench.profile());
  expect(await bench.status()).toMatchObject({
    where: 'maintenance',
    maintenance: { held: [], root: 'tmpfs' },
  });
  const log = await device.sh('dmesg');
  expect(log).toContain('down: unmounted');
  expect(log).not.toContain('openrc: ');
  expect(await device.sh('grep ^Sig[BI] /proc/1/status; ls /proc/1/fd')).toMatch(
    /^SigBlk:\t0{16}\nSigIgn:\t0{16}\n0\n1\n2$/,
  );
  expect(await bench.levitate('leave')).toMatchObject({ exit: 0, last: { isNew: false } });
});

test('the step is gone: back in the old system', { timeout: minutes(10) }, async () => {
  await inittab(['/etc/init.d/down'], ['rm /tmp/levitate-root/run/hook/step']);
  const before = await bench.device.bootId();
  const { exit, last } = await bench.levitate('enter', [await bench.profile()]);
  expect(last).toMatchObject({ type: 'error', code: 'ENTER_FAILED' });
  expect(last.message).toContain('gone back to its old system');
  expect(exit).toBe(4);
  expect(await bench.device.bootId()).not.toBe(before);
  expect(await bench.status()).toMatchObject({ where: 'normal' });
});
