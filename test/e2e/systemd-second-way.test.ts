/** systemd where /run/initramfs/shutdown is ruled out: by re-execution. */
import { expect } from 'vitest';
import type { LabDevice } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';

const test = deviceTest('sbc-systemd', { scope: 'file' });

/** A service that runs until it is stopped, and then does something. */
async function onStop(device: LabDevice, name: string, stop: string): Promise<void> {
  await device.sh(
    `cat >/run/systemd/system/${name}.service && systemctl daemon-reload && systemctl start ${name}`,
    {
      input: `[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\nExecStop=/bin/sh -c '${stop}'\n`,
    },
  );
}

/**
 * A stand-in for Ubuntu's finalrd.service: active from boot on, and when it is stopped it puts a program at
 * /run/initramfs/shutdown that systemd would execute.
 */
const finalrd = (device: LabDevice): Promise<void> =>
  onStop(
    device,
    'finalrd',
    'mkdir -p /run/initramfs && cp /bin/true /run/initramfs/shutdown && chmod 755 /run/initramfs/shutdown',
  );

test(
  'finalrd is there, and another program has the place',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device } = levitate;
    await finalrd(device);
    await device.sh('mkdir -p /run/initramfs && cp /bin/true /run/initramfs/shutdown');
    await onStop(device, 'witness', 'echo "witness: stopped in order" >/dev/kmsg');
    const { exit, lines } = await levitate.run('enter', [await levitate.profile()]);
    expect(exit, JSON.stringify(lines.at(-1))).toBe(0);
    const hook = lines.find(({ type, ...line }) => type === 'check' && line['name'] === 'hook');
    expect(hook).toMatchObject({ verdict: 'ok' });
    expect(hook?.['found']).toMatch(
      /\/run\/levitate-root; by re-execution, because .*another program, and finalrd/,
    );
    expect(await levitate.status()).toMatchObject({
      where: 'maintenance',
      maintenance: { held: [], root: 'tmpfs', touched: false },
    });
    const one =
      'readlink /proc/1/exe; grep ^Sig[BI] /proc/1/status; ls /proc/1/fd; ls -d /oldroot/*; true';
    expect(await device.sh(one)).toMatch(
      /^\/usr\/bin\/busybox\nSigBlk:\t0{16}\nSigIgn:\t0{16}\n0\n1\n2$/,
    );
    expect(await device.sh('dmesg')).toContain('witness: stopped in order');
    expect(await levitate.run('leave')).toMatchObject({ exit: 0, last: { isNew: false } });
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
  },
);
