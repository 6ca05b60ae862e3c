/** A device that nobody reaches goes back to its old system by itself. */
import { afterEach, expect, test } from 'vitest';
import { Bench, began, minutes } from './help.js';

let bench: Bench;
afterEach(() => bench.close());

test(
  'no contact after entering: back in the old system, and enter says so',
  { timeout: minutes(10) },
  async () => {
    bench = await Bench.at('router-ubi');
    const { device } = bench;
    const before = await device.bootId();
    const { proxy, sshConfig } = await bench.link();
    const entering = bench.remote(
      'enter',
      [await bench.profile({ 'safety.contact-timeout': '15s' })],
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
    expect(await bench.status()).toMatchObject({ where: 'normal' });
    expect(await device.sh('cat /etc/build-id')).toBe('router-ubi 1');
  },
);

test('idle after contact: back in the old system', { timeout: minutes(10) }, async () => {
  bench = await Bench.at('router-ubi');
  const before = await bench.device.bootId();
  await bench.enter(await bench.profile({ 'safety.idle-timeout': '20s' }));
  await bench.device.waitForConsole(/levitate: rebooting: idle for 20s/, { timeoutMs: minutes(3) });
  await bench.device.waitForSsh({ notBootId: before });
  expect(await bench.status()).toMatchObject({ where: 'normal' });
});
