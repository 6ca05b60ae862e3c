/** PID 1 is led away by its memory on another architecture: busybox init plays the init that executes nothing. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arm, trigger, type Stage } from '../../../src/device/hook.js';
import { armDevice } from '../armed.js';
import { Bench, minutes } from '../help.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.at('ap-arm64');
}, minutes(5));
afterAll(() => bench.close());

test('aarch64', { timeout: minutes(10) }, async () => {
  const { device } = bench;
  const { init, root } = await armDevice(bench);
  await device.sh(
    `${root}/usr/bin/busybox sh ${root}/usr/lib/levitate/hook/enter disarm ${init} ${root}`,
  );
  const before = await device.bootId();
  const stage: Stage = { init: 'runit', root };
  await bench.over(async (transport) => {
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
