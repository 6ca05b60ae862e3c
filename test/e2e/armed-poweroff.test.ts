/** An armed device that is told to power off or to halt does so, and is unarmed when it comes back; `npm run e2e:inits` has the other inits. */
import { expect } from 'vitest';
import { armDevice } from './armed.js';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';

const test = deviceTest('router-ubi');

test(
  'armed, powered off, and back in its own system',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device } = levitate;
    const before = await device.bootId();
    await device.sh('echo kept >/root/note');
    await armDevice(levitate);
    expect(await levitate.status()).toMatchObject({ where: 'armed' });
    // The connection may go down with the device before the command has answered.
    await device.ssh('poweroff');
    await expect.poll(() => device.running(), { timeout: minutes(3), interval: 1000 }).toBe(false);
    await device.start();
    await device.waitForSsh({ notBootId: before });
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
    expect(await device.sh('cat /root/note')).toBe('kept');
  },
);

test('armed, and halted', { timeout: minutes(10) }, async ({ levitate }) => {
  await armDevice(levitate);
  await levitate.device.ssh('halt');
  await levitate.device.waitForConsole(/System halted/, { timeoutMs: minutes(3) });
});
