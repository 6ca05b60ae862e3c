/** PID 1 is led away by its memory on another architecture: busybox init plays the init that executes nothing. */
import { expect } from 'vitest';
import { arm, trigger, type Stage } from '../../../src/device/hook.js';
import { armDevice } from '../armed.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';

const test = deviceTest('ap-arm64', { scope: 'file' });

test('aarch64', { timeout: minutes(10) }, async ({ levitate }) => {
  const { device } = levitate;
  const { init, root } = await armDevice(levitate);
  await device.sh(
    `${root}/usr/bin/busybox sh ${root}/usr/lib/levitate/takeover/steps disarm ${init} ${root}`,
  );
  const before = await device.bootId();
  const stage: Stage = { init: 'runit', root };
  await levitate.over(async (transport) => {
    await arm(transport, stage);
    await trigger(transport, stage);
  });
  const status = async () => (await device.ssh('flasher status', { timeoutMs: 20_000 })).stdout;
  await expect
    .poll(status, { timeout: minutes(5), interval: 2000 })
    .toMatch(/"phase":"released".*"held":\[\]/);
  expect(await device.bootId()).toBe(before);
  expect(await device.sh('readlink /proc/1/exe')).toBe('/usr/bin/busybox');
});
