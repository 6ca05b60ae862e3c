/** A router whose watchdog cannot be stopped and is fed by a daemon of its own: kept alive, and reset when it hangs. */
import { expect } from 'vitest';
import { deviceArtifacts, type LabDevice } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import type { Levitate } from './levitate.js';
import { minutes } from './lines.js';

const timeout = 10;
const test = deviceTest('router-ubi', {
  scope: 'file',
  hardware: {
    extraQemuArgs: ['-device', 'i6300esb', '-action', 'watchdog=reset'],
  },
});

/** A daemon as a vendor starts and stops it, a kernel as if built with WATCHDOG_NOWAYOUT, and a service slow to stop. */
async function installDaemon(device: LabDevice): Promise<void> {
  const script = (name: string, start: string, stop: string) =>
    `printf '#!/bin/sh\ncase $1 in\nstart) ${start} ;;\nstop) ${stop} ;;\nesac\n' >/etc/init.d/${name} && chmod +x /etc/init.d/${name}`;
  const nowayout = 'echo 1 >/sys/class/watchdog/watchdog0/nowayout';
  const daemon = `watchdog -T ${timeout} -t 3 /dev/watchdog`;
  await device.sh(script('S99dog', `${nowayout}; ${daemon}`, 'killall watchdog'));
  await device.sh(script('S01slow', ':', `sleep ${timeout + 5}`));
  await device.sh('/etc/init.d/S99dog start; sync');
}

const profile = (levitate: Levitate): Promise<string> =>
  levitate.profile({
    'services.watchdog': { device: '/dev/watchdog', feed: '2s', timeout: `${timeout}s` },
    // Only the hardware may be what brings it back.
    'safety.idle-timeout': '1h',
  });

const sysfs = (device: LabDevice, name: string): Promise<string> =>
  device.sh(`cat /sys/class/watchdog/watchdog0/${name}`);

const uptime = async (device: LabDevice): Promise<number> =>
  Number(await device.sh('cut -d. -f1 /proc/uptime'));

test(
  'the daemon ends long before the old system does, and the device stays for several timeouts',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    await installDaemon(levitate.device);
    expect((await levitate.facts()).watchdogs).toMatchObject([
      { state: 'active', timeout: String(timeout), nowayout: true, feeder: { name: 'watchdog' } },
    ]);
    const before = await levitate.device.bootId();
    const { exit, lines } = await levitate.run('enter', [await profile(levitate)]);
    expect(exit).toBe(0);
    const row = lines.find(({ type, name }) => type === 'check' && name === 'watchdog');
    expect(row).toMatchObject({ verdict: 'ok' });
    expect(row?.['found']).toMatch(/fed by watchdog \(pid \d+\)\); taken over/);
    expect(await sysfs(levitate.device, 'timeout')).toBe(String(timeout));
    const until = (await uptime(levitate.device)) + 2 * timeout;
    await expect
      .poll(() => uptime(levitate.device), { timeout: minutes(3), interval: 1000 })
      .toBeGreaterThan(until);
    expect(await levitate.device.bootId()).toBe(before);
  },
);

test(
  'a feeder that is killed is replaced by one that memory and load spare',
  { timeout: minutes(5) },
  async ({ levitate }) => {
    const feeder = () => levitate.device.sh('cut -d" " -f1 /var/watchdog/watchdog0.pid');
    const first = await feeder();
    await levitate.device.sh(`kill -KILL ${first}`);
    await expect.poll(feeder, { timeout: minutes(1), interval: 500 }).not.toBe(first);
    const pid = await feeder();
    const [oom, stat] = (
      await levitate.device.sh(`cat /proc/${pid}/oom_score_adj /proc/${pid}/stat`)
    ).split('\n');
    expect(oom).toBe('-1000');
    // Field 19 of proc(5) is the nice value.
    expect(stat?.replace(/^.*\) /, '').split(' ')[16]).toBe('-20');
  },
);

test(
  'a dead-man timer that hangs: the hardware resets into the old system',
  { timeout: minutes(5) },
  async ({ levitate }) => {
    const { device } = levitate;
    const before = await device.bootId();
    // The real patience of a minute only makes this wait longer.
    await device.sh(
      `sed -i 's/^feed_patience=.*/feed_patience=4/' /usr/lib/levitate/lib/watchdog.sh
      kill -KILL $(cut -d' ' -f1 /var/watchdog/watchdog0.pid) $(pidof watchdog)
      kill -STOP $(pidof deadman)`,
    );
    await device.waitForConsole(/levitate: no heartbeat for \d+s/, { timeoutMs: minutes(2) });
    await device.waitForSsh({ notBootId: before, timeoutMs: minutes(3) });
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
    expect(await device.sh('cat /etc/build-id')).toBe('router-ubi 1');
  },
);

test(
  'a flash outlasts the timeout, and a reboot that hangs is reset into the new system',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device } = levitate;
    await device.sh('rm /etc/init.d/S01slow');
    await levitate.enter(await profile(levitate));
    const before = await device.bootId();
    const started = await uptime(device);
    const { v2 } = await deviceArtifacts('router-ubi');
    // The link holds the flash back until the device itself has counted more than one timeout.
    const { proxy, sshConfig } = await levitate.link();
    proxy.throttle(64 * 1024);
    const flashing = levitate.run('flash', [`layout=${v2.ubi}`], sshConfig);
    await expect
      .poll(() => uptime(device), { timeout: minutes(3), interval: 1000 })
      .toBeGreaterThan(started + 1.5 * timeout);
    proxy.throttle();
    const flashed = await flashing;
    expect(flashed.exit).toBe(0);
    expect(flashed.lines.some(({ type }) => type === 'bytes')).toBe(true);
    expect(await device.bootId()).toBe(before);

    await device.sh("sed -i 's/reboot -n -f/sleep 2147483647/' /usr/lib/levitate/lib/common.sh");
    const from = (await device.console()).length;
    const left = await levitate.run('leave');
    expect(left).toMatchObject({ exit: 0, last: { type: 'result', isNew: true } });
    expect(await device.sh('cat /etc/build-id')).toBe('router-ubi 2');
    expect((await device.console()).slice(from)).not.toContain('Restarting system');
  },
);
