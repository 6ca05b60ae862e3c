/** A device that nobody reaches goes back to its old system by itself; and one that never comes back. */
import { expect } from 'vitest';
import { deviceArtifacts } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import { began, minutes } from './lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

test(
  'no contact after entering: back in the old system, and enter says so',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device } = levitate;
    const before = await device.bootId();
    const { proxy, sshConfig } = await levitate.link();
    const entering = levitate.start(
      'enter',
      [await levitate.profile({ 'safety.contact-timeout': '15s' })],
      sshConfig,
    );
    // Held up before the trigger's own exchange would be no entry at all; after it, nothing gets through.
    await entering.until(began('wait'));
    proxy.blackhole();
    await device.waitForConsole(/levitate: rebooting: no contact for 15s/, {
      timeoutMs: minutes(3),
    });
    await device.waitForSsh({ notBootId: before });
    proxy.resume();
    proxy.cut();
    const { exit, last } = await entering.ended;
    expect(last).toMatchObject({ type: 'error', code: 'ENTER_FAILED', exit: 4 });
    expect(exit).toBe(4);
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
    expect(await device.sh('cat /etc/build-id')).toBe('router-ubi 1');
  },
);

test(
  'idle after contact: back in the old system',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const before = await levitate.device.bootId();
    await levitate.enter(await levitate.profile({ 'safety.idle-timeout': '20s' }));
    await levitate.device.waitForConsole(/levitate: rebooting: idle for 20s/, {
      timeoutMs: minutes(3),
    });
    await levitate.device.waitForSsh({ notBootId: before });
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
  },
);

test('a device that never comes back', { timeout: minutes(15) }, async ({ levitate }) => {
  const image = (await deviceArtifacts('router-ubi')).v1.data;
  await levitate.enter(await levitate.profile({ 'confirm.timeout': '20s' }));
  expect(await levitate.run('flash', [`system=raw:${image}`])).toMatchObject({ exit: 0 });
  const leaving = levitate.start('leave');
  await leaving.until(began('confirm'));
  await levitate.device.cut();
  expect(await leaving.ended).toMatchObject({ exit: 6, last: { code: 'RECONNECT_TIMEOUT' } });
  expect(await levitate.run('status')).toMatchObject({ exit: 6, last: { where: 'unreachable' } });
});
