/** An armed device that is told to power off or to halt does so, and is unarmed when it comes back; `npm run e2e:inits` has the other inits. */
import { afterEach, expect, test } from 'vitest';
import { armDevice } from './armed.js';
import { Bench, minutes } from './help.js';

let bench: Bench;
afterEach(() => bench.close());

test('armed, powered off, and back in its own system', { timeout: minutes(10) }, async () => {
  bench = await Bench.at('router-ubi');
  const { device } = bench;
  const before = await device.bootId();
  await device.sh('echo kept >/root/note');
  await armDevice(bench);
  expect(await bench.status()).toMatchObject({ where: 'armed' });
  // The connection may go down with the device before the command has answered.
  await device.ssh('poweroff');
  await expect.poll(() => device.running(), { timeout: minutes(3), interval: 1000 }).toBe(false);
  await device.start();
  await device.waitForSsh({ notBootId: before });
  expect(await bench.status()).toMatchObject({ where: 'normal' });
  expect(await device.sh('cat /root/note')).toBe('kept');
});

test('armed, and halted', { timeout: minutes(10) }, async () => {
  bench = await Bench.at('router-ubi');
  await armDevice(bench);
  await bench.device.ssh('halt');
  await bench.device.waitForConsole(/System halted/, { timeoutMs: minutes(3) });
});
