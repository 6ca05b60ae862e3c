/** systemd: a watchdog that a service feeds is kept up until the maintenance system feeds it. */
import { expect } from 'vitest';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';

const test = deviceTest('sbc-systemd', { scope: 'file' });

test('a service feeds', { timeout: minutes(10) }, async ({ levitate }) => {
  const { device } = levitate;
  // Long enough for a feeder that waits for its turn on a loaded machine.
  const timeout = 30;
  const attribute = (name: string) => device.sh(`cat /sys/class/watchdog/watchdog0/${name}`);
  await device.sh(`modprobe softdog soft_margin=${timeout} nowayout=1`);
  const feed = 'exec 3>/dev/watchdog; while sleep 3; do echo . >&3; done';
  // What stops last takes longer than the watchdog waits.
  const slow = `trap 'sleep ${timeout + 5}; exit' TERM; while :; do sleep 1; done`;
  await device.sh(
    `systemd-run --unit=vendor -p Restart=always sh -c ${JSON.stringify(feed)}
    systemd-run --unit=slow -p Before=vendor.service bash -c ${JSON.stringify(slow)}`,
  );
  await expect.poll(() => attribute('state'), { timeout: minutes(1) }).toBe('active');
  expect((await levitate.facts()).watchdogs).toMatchObject([{ feeder: { name: 'sh' } }]);

  const before = await device.bootId();
  await levitate.enter(await levitate.profile());
  expect(await device.bootId()).toBe(before);
  expect(await attribute('timeout')).toBe('60');
  // No keeper of the old system is left beside the feeder.
  const holders = await device.sh(
    'for d in /proc/[0-9]*; do ls -l $d/fd | grep -q /dev/watchdog && cat $d/comm; done; true',
  );
  expect(holders).toBe('watchdog-feed');
  expect((await levitate.status()).maintenance?.held).toEqual([]);
});
