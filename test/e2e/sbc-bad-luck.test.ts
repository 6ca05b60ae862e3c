/** The sbc: a partition of its own, a login that is not root, and a device that never comes back. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import { began, minutes } from './lines.js';

const test = deviceTest('sbc-systemd', { scope: 'file' });

test('a login that is not root is refused', { timeout: minutes(5) }, async ({ levitate }) => {
  const { device } = levitate;
  await device.sh(
    'useradd -m -s /bin/sh guest && usermod -p "*" guest && cp -r /root/.ssh /home/guest/ && chown -R guest /home/guest',
  );
  const config = join(await levitate.folder(), 'ssh_config');
  const own = await readFile(device.sshConfig, 'utf8');
  await writeFile(config, own.replace('User root', 'User guest'));
  const { exit, last } = await levitate.run('enter', [await levitate.profile()], config);
  expect(last).toMatchObject({ type: 'error', code: 'PREFLIGHT_REFUSED' });
  expect(last.message).toContain('root');
  expect(exit).toBe(3);
  expect(await levitate.facts()).toMatchObject({ staged: false, armed: false });
});

test(
  'a partition is replaced, the system stays',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const { device } = levitate;
    // Some distributions mount it so; the maintenance root has a mount of its own there.
    await device.sh('mount -o remount,noexec /run');
    const image = await compressed((await deviceArtifacts('sbc-systemd')).v2.data, 'gz');
    await levitate.enter(await levitate.profile());
    expect(await levitate.run('flash', [`data=${image}`])).toMatchObject({
      exit: 0,
      last: { type: 'result', targets: [{ target: 'data' }] },
    });
    expect(await levitate.run('leave')).toMatchObject({ exit: 0, last: { isNew: true } });
    expect(await device.sh('cat /etc/build-id /data/data-id')).toBe('sbc-systemd 1\ndata 2');
  },
);

test('a device that never comes back', { timeout: minutes(15) }, async ({ levitate }) => {
  const image = (await deviceArtifacts('sbc-systemd')).v1.data;
  await levitate.enter(await levitate.profile({ 'confirm.timeout': '20s' }));
  expect(await levitate.run('flash', [`data=${image}`])).toMatchObject({ exit: 0 });
  const leaving = levitate.start('leave');
  await leaving.until(began('confirm'));
  await levitate.device.cut();
  expect(await leaving.ended).toMatchObject({ exit: 6, last: { code: 'RECONNECT_TIMEOUT' } });
  expect(await levitate.run('status')).toMatchObject({ exit: 6, last: { where: 'unreachable' } });
});
