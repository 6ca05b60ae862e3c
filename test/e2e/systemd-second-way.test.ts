/** systemd where /run/initramfs/shutdown is ruled out: by re-execution. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bench, minutes } from './help.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.at('sbc-systemd');
}, minutes(5));
afterAll(() => bench.close());

/** A service that runs until it is stopped, and then does something. */
async function onStop(name: string, stop: string): Promise<void> {
  await bench.device.sh(
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
const finalrd = (): Promise<void> =>
  onStop(
    'finalrd',
    'mkdir -p /run/initramfs && cp /bin/true /run/initramfs/shutdown && chmod 755 /run/initramfs/shutdown',
  );

test('finalrd is there, and another program has the place', { timeout: minutes(10) }, async () => {
  const { device } = bench;
  await finalrd();
  await device.sh('mkdir -p /run/initramfs && cp /bin/true /run/initramfs/shutdown');
  await onStop('witness', 'echo "witness: stopped in order" >/dev/kmsg');
  const { exit, lines } = await bench.levitate('enter', [await bench.profile()]);
  expect(exit).toBe(0);
  const hook = lines.find(({ type, ...line }) => type === 'check' && line['name'] === 'hook');
  expect(hook).toMatchObject({ verdict: 'ok' });
  expect(hook?.['found']).toMatch(
    /\/run\/levitate-root; by re-execution, because .*another program, and finalrd/,
  );
  expect(await bench.status()).toMatchObject({
    where: 'maintenance',
    maintenance: { held: [], root: 'tmpfs', touched: false },
  });
  const one =
    'readlink /proc/1/exe; grep ^Sig[BI] /proc/1/status; ls /proc/1/fd; ls -d /oldroot/*; true';
  expect(await device.sh(one)).toMatch(
    /^\/usr\/bin\/busybox\nSigBlk:\t0{16}\nSigIgn:\t0{16}\n0\n1\n2$/,
  );
  expect(await device.sh('dmesg')).toContain('witness: stopped in order');
  expect(await bench.levitate('leave')).toMatchObject({ exit: 0, last: { isNew: false } });
  expect(await bench.status()).toMatchObject({ where: 'normal' });
});
