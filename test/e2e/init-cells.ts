/** What has to hold whatever PID 1 is: each function a cell of the table that `npm run e2e:inits` prints. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { gatherFacts } from '../../src/device/gather-facts.js';
import { trigger, unstage, type Stage } from '../../src/device/hook.js';
import { armDevice } from './armed.js';
import type { Levitate } from './levitate.js';
import { minutes } from './lines.js';

/** A profile that `levitate probe` has written, for use as it is. */
export async function probed(levitate: Levitate): Promise<string> {
  const profile = `${await levitate.folder()}/probed.yaml`;
  const { exit, last } = await levitate.run('probe', ['--profile-out', profile]);
  assert.equal(exit, 0, JSON.stringify(last));
  return profile;
}

/** The device enters; PID 1 runs from RAM with a clean signal mask and no descriptor but the console's. */
export async function enters(levitate: Levitate, profile?: string): Promise<void> {
  const { device } = levitate;
  // On all of these devices somebody feeds the watchdog, and the unknown init starts nobody who would.
  const hasServices = levitate.host.startsWith('init-') && levitate.host !== 'init-unknown';
  if (hasServices) {
    await until(
      async () => (await levitate.facts()).watchdogs[0]?.feeder !== undefined,
      'who feeds the watchdog is seen',
    );
  }
  await levitate.enter(profile ?? (await levitate.profile()));
  // busybox init blocks signals for the moment in which it starts a service.
  const blocked = () => device.sh("sed -n 's/^Sig\\(Blk\\|Ign\\):[^0-9a-f]*//p' /proc/1/status");
  await until(async () => /^0+\n0+$/.test(await blocked()), 'PID 1 blocks and ignores no signal');
  assert.equal(await device.sh('readlink /proc/1/exe'), '/usr/bin/busybox');
  const open = await device.sh('for fd in /proc/1/fd/*; do readlink "$fd"; done | sort -u');
  assert.equal(open, '/dev/console');
  // The unknown init has no service, and its kernel log has ended with its kernel.
  if (!hasServices) return;
  const log = await device.sh('dmesg');
  assert.match(log, /witness: stopped in order/);
  if (levitate.host === 'init-procd') {
    // Its scripts of rc.d run at a shutdown, but for those that would take away what the way in stands on.
    assert.match(log, /ledger: saved/);
    assert.doesNotMatch(log, /out of place/);
  }
}

/** Nothing of the old system is left: no mount, no process, no swap; and what led here has ended, too. */
export async function isProven(levitate: Levitate): Promise<void> {
  const { maintenance } = await levitate.status();
  assert.deepEqual(maintenance?.held, []);
  const { device } = levitate;
  assert.doesNotMatch(await device.sh('cat /proc/mounts'), /\/dev\/vda|ubifs|oldroot/);
  await until(async () => !(await device.sh('ps')).includes('switch-pid1'), 'switch-pid1 ends');
}

/** A watchdog that a daemon of the old system fed is fed on, well beyond its time. */
export async function survivesWatchdog(levitate: Levitate): Promise<void> {
  const { device } = levitate;
  const before = await device.bootId();
  const timeout = Number(await device.sh('cat /sys/class/watchdog/watchdog0/timeout'));
  const uptime = async () => Number((await device.sh('cat /proc/uptime')).split('.')[0]);
  const start = await uptime();
  await until(async () => (await uptime()) > start + timeout + 15, 'the timeout passes', 5);
  assert.equal(await device.bootId(), before);
}

/** The vendor's daemon, where the device's own services have none. */
export async function startFeeder(levitate: Levitate): Promise<void> {
  const { device } = levitate;
  if (levitate.host === 'sbc-systemd')
    await device.sh('modprobe softdog soft_margin=30 nowayout=1');
  if (!levitate.host.startsWith('init-')) {
    await device.sh(
      `printf '#!/bin/sh\\nexec 3>/dev/watchdog\\nwhile sleep 2; do echo . >&3; done\\n' >/tmp/vendord
      chmod 755 /tmp/vendord
      setsid /tmp/vendord </dev/null >/dev/null 2>&1 &`,
    );
  }
  await until(async () => (await levitate.facts()).watchdogs[0]?.state === 'active', 'it is fed');
}

/** Debian's finit 4.2 restarts this machine when it is told to power off, armed or not. */
const restartsInstead = new Set(['init-finit']);

/** Armed, disarmed, armed again and powered off: it powers off, and comes back unarmed. */
export async function obeysPoweroff(levitate: Levitate): Promise<void> {
  const { device } = levitate;
  const before = await device.bootId();
  const stage = await armDevice(levitate);
  assert.equal((await levitate.status()).where, 'armed');
  await levitate.over((transport) => unstage(transport, stage));
  assert.equal((await levitate.status()).where, 'normal');
  await armDevice(levitate);
  // The connection may go down with the device before the command has answered, and without a word.
  await device.ssh('poweroff', { timeoutMs: 20_000 });
  if (!restartsInstead.has(levitate.host)) {
    await until(async () => !(await device.running()), 'the device is off');
    await device.start();
  }
  await device.waitForSsh({ notBootId: before });
  assert.equal((await levitate.status()).where, 'normal');
}

/** Nobody comes: the maintenance system goes back by itself. */
export async function turnsBackOnSilence(levitate: Levitate): Promise<void> {
  const { device } = levitate;
  const before = await device.bootId();
  const from = (await device.console()).length;
  const stage = await armDevice(levitate, { 'safety.contact-timeout': '15s' });
  await levitate.over((transport) => trigger(transport, stage));
  // Looking over SSH would be the contact that it waits for.
  await device.waitForConsole(/rebooting: no contact/, { from, timeoutMs: minutes(4) });
  await backHome(levitate, before, /rebooting: no contact/);
}

/** The maintenance root is broken after it was rehearsed: the device comes back without hands. */
export async function turnsBackOnFailure(levitate: Levitate): Promise<void> {
  await turnsBackFrom(levitate, ({ init, root }) =>
    init === 'kexec' ? 'kexec -u' : `chmod 644 ${root}/init`,
  );
  // procd lives on where it cannot execute what it was given, and says so, with its services gone.
  if (levitate.host === 'init-procd')
    await turnsBackFrom(levitate, ({ root }) => `rm ${root}/usr/bin/sh`, /ended with status 9: /);
}

async function turnsBackFrom(
  levitate: Levitate,
  breakage: (stage: Stage) => string,
  words?: RegExp,
): Promise<void> {
  const { device } = levitate;
  const before = await device.bootId();
  const stage = await armDevice(levitate);
  await device.sh(breakage(stage));
  await levitate.over((transport) => trigger(transport, stage));
  await backHome(levitate, before, words);
}

async function backHome(levitate: Levitate, before: string, words?: RegExp): Promise<void> {
  await levitate.device.waitForSsh({ notBootId: before, timeoutMs: minutes(5) });
  const { where, rebootReason } = await levitate.status();
  assert.equal(where, 'normal');
  // These devices have memory that outlives a reset, but kexec's new kernel is not told of it.
  if (words && levitate.host.startsWith('init-') && levitate.host !== 'init-unknown') {
    assert.match(String(rebootReason), words);
  }
  assert.equal((await levitate.over(gatherFacts)).armed, false);
}

/** Back in the old system, for the next cell. */
export async function leaves(levitate: Levitate): Promise<void> {
  const { exit, last } = await levitate.run('leave');
  assert.equal(exit, 0, JSON.stringify(last));
}

async function until(holds: () => Promise<boolean>, what: string, seconds = 1): Promise<void> {
  const end = Date.now() + minutes(5);
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`in 5 minutes it did not come to this: ${what}`);
    await sleep(seconds * 1000);
  }
}
