/** The sbc: a partition of its own, a login that is not root, and a device that never comes back. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { Bench, began, minutes } from './help.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.at('sbc-systemd');
}, minutes(10));
afterAll(() => bench.close());

test('a login that is not root is refused', { timeout: minutes(5) }, async () => {
  const { device } = bench;
  await device.sh(
    'useradd -m -s /bin/sh guest && usermod -p "*" guest && cp -r /root/.ssh /home/guest/ && chown -R guest /home/guest',
  );
  const config = join(await bench.folder(), 'ssh_config');
  const own = await readFile(device.sshConfig, 'utf8');
  await writeFile(config, own.replace('User root', 'User guest'));
  const { exit, last } = await bench.levitate('enter', [await bench.profile()], config);
  expect(last).toMatchObject({ type: 'error', code: 'PREFLIGHT_REFUSED' });
  expect(last.message).toContain('root');
  expect(exit).toBe(3);
  expect(await bench.facts()).toMatchObject({ staged: false, armed: false });
});

test('a partition is replaced, the system stays', { timeout: minutes(15) }, async () => {
  const { device } = bench;
  // Some distributions mount it so; the maintenance root has a mount of its own there.
  await device.sh('mount -o remount,noexec /run');
  const image = await compressed((await deviceArtifacts('sbc-systemd')).v2.data, 'gz');
  await bench.enter(await bench.profile());
  expect(await bench.levitate('flash', [`data=${image}`])).toMatchObject({
    exit: 0,
    last: { type: 'result', targets: [{ target: 'data' }] },
  });
  expect(await bench.levitate('leave')).toMatchObject({ exit: 0, last: { isNew: true } });
  expect(await device.sh('cat /etc/build-id /data/data-id')).toBe('sbc-systemd 1\ndata 2');
});

test('a device that never comes back', { timeout: minutes(15) }, async () => {
  const image = (await deviceArtifacts('sbc-systemd')).v1.data;
  await bench.enter(await bench.profile({ 'confirm.timeout': '20s' }));
  expect(await bench.levitate('flash', [`data=${image}`])).toMatchObject({ exit: 0 });
  const leaving = bench.remote('leave');
  await leaving.until(began('confirm'));
  await bench.device.cut();
  expect(await leaving.ended).toMatchObject({ exit: 6, last: { code: 'RECONNECT_TIMEOUT' } });
  expect(await bench.levitate('status')).toMatchObject({ exit: 6, last: { where: 'unreachable' } });
});
