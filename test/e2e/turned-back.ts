import { expect } from 'vitest';
import type { Bench } from './help.js';

/** Enters a device that can't arrive: the command says so, and the device is back in its old system by itself. */
export async function turnsBack(bench: Bench): Promise<void> {
  const before = await bench.device.bootId();
  const { exit, last } = await bench.levitate('enter', [await bench.profile()]);
  expect(last).toMatchObject({ type: 'error', code: 'ENTER_FAILED' });
  expect(last.message).toContain('gone back to its old system');
  expect(exit).toBe(4);
  expect(await bench.device.bootId()).not.toBe(before);
  expect(await bench.status()).toMatchObject({ where: 'normal' });
}
