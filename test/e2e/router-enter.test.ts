/** Entering and leaving without a write: what the old system keeps, and how it comes back. */
import { expect } from 'vitest';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unstage } from '../../src/device/hook.js';
import { lockPath } from '../../src/operations/build/lock-use.js';
import { packages } from '../lab/build/packages.js';
import { armDevice } from './armed.js';
import { deviceTest } from './device-test.js';
import { began, minutes } from './lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

/** A value once it has been the same for some seconds: UBI erases in the background. */
async function settled(read: () => Promise<string>): Promise<string> {
  let value = await read();
  for (let same = 0; same < 3;) {
    await sleep(2000);
    const now = await read();
    same = now === value ? same + 1 : 0;
    value = now;
  }
  return value;
}

test(
  '--dry-run shows the preflight and changes nothing',
  { timeout: minutes(5) },
  async ({ levitate }) => {
    const { device } = levitate;
    const look = 'cat /proc/mounts; find / -xdev | sort | sha256sum';
    const before = await device.sh(look);
    const { exit, last, lines } = await levitate.run('enter', [
      await levitate.profile(),
      '--dry-run',
    ]);
    expect(exit).toBe(0);
    expect(last).toMatchObject({ type: 'result', entered: false });
    expect(lines.filter(({ type }) => type === 'check').length).toBeGreaterThan(5);
    expect(await device.sh(look)).toBe(before);
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
  },
);

test(
  'Ctrl-C before the trigger takes everything back',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const mounts = await levitate.device.sh('cat /proc/mounts');
    const boot = await levitate.device.bootId();
    for (const phase of ['stage', 'rehearse']) {
      const entering = levitate.start('enter', [await levitate.profile()]);
      await entering.until(began(phase));
      entering.signal('SIGINT');
      const { exit, last } = await entering.ended;
      expect(last).toMatchObject({ type: 'error', code: 'INTERRUPTED', exit: 4 });
      expect(exit).toBe(4);
      expect(await levitate.facts()).toMatchObject({ staged: false, armed: false, bootId: boot });
      expect(await levitate.device.sh('cat /proc/mounts')).toBe(mounts);
    }
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
  },
);

test(
  'in and out again writes nothing to the flash',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device } = levitate;
    // An idle UBIFS still writes what it has put off; read-only, the flash is only what entering makes of it.
    await device.sh('sync; mount -o remount,ro /data && mount -o remount,ro / && sync');
    const before = await settled(() => device.diskDigest());
    const root = {
      'root.from': ['debian', { sysroot: join((await packages()).modulesDir, '../../..') }],
      'root.modules': { names: ['dummy', 'vfat'] },
    };
    const fast = await levitate.profile(root);
    const archive = join(await levitate.folder(), 'archive.gz');
    expect(await levitate.local(['build', fast, '-o', archive, '--lock']).ended).toMatchObject({
      exit: 0,
    });
    // A lock does not tell how an archive is compressed, which xz takes seconds for.
    const profile = await levitate.profile({ ...root, 'archive.compression': 'xz' });
    await copyFile(lockPath(fast), lockPath(profile));
    expect(await levitate.run('enter', [profile, '--locked'])).toMatchObject({ exit: 0 });
    expect(await device.diskDigest()).toBe(before);
    expect(await device.sh('cat /proc/modules')).toMatch(/^vfat [^]*^fat [^]*^dummy /m);

    // The same known_hosts, checked strictly, leads to the maintenance system.
    expect(await device.sh('cat /proc/1/comm; ls -d /usr/lib/levitate')).toContain(
      '/usr/lib/levitate',
    );
    expect(await levitate.status()).toMatchObject({
      where: 'maintenance',
      maintenance: { touched: false, held: [], root: 'tmpfs', modules_failed: [] },
    });
    const again = await levitate.run('enter', [await levitate.profile()]);
    expect(again).toMatchObject({ exit: 0, last: { already: true } });

    // Another machine takes over, by its own login.
    await levitate.forget();
    const neverEntered = { exit: 3, last: { code: 'NOT_IN_MAINTENANCE' } };
    expect(await levitate.run('leave')).toMatchObject(neverEntered);
    expect(await levitate.run('enter')).toMatchObject({ exit: 0, last: { already: true } });

    const left = await levitate.run('leave');
    expect(left).toMatchObject({ exit: 0, last: { type: 'result', isNew: false } });
    expect(await device.sh('cat /etc/build-id')).toBe('router-ubi 1');
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
    expect(await levitate.run('leave')).toMatchObject({
      exit: 3,
      last: { code: 'NOT_IN_MAINTENANCE' },
    });
  },
);

test(
  'what is armed can be taken back, and a power cut disarms',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const mounts = await levitate.device.sh('cat /proc/mounts');
    const stage = await armDevice(levitate);
    expect(await levitate.facts()).toMatchObject({ armed: true, staged: true });
    expect(await levitate.status()).toMatchObject({ where: 'armed' });
    await levitate.over((transport) => unstage(transport, stage));
    expect(await levitate.facts()).toMatchObject({ armed: false, staged: false });
    expect(await levitate.device.sh('cat /proc/mounts')).toBe(mounts);

    await armDevice(levitate);
    await levitate.device.cut();
    await levitate.device.start();
    expect(await levitate.facts()).toMatchObject({ armed: false, staged: false, state: 'normal' });
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
  },
);
