/** Devices of other architectures: the profile that probe writes builds, enters and leaves as it is. */
import { expect } from 'vitest';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';
import { probeAndEnter } from '../probe-and-enter.js';

const rows = [
  { name: 'ap-arm64', machine: 'aarch64' },
  { name: 'gw-armhf', machine: 'armv7l' },
  { name: 'router-mipsel', machine: 'mips' },
] as const;

for (const { name, machine } of rows) {
  const test = deviceTest(name);
  test(name, { timeout: minutes(10) }, async ({ levitate }) => {
    const { probed } = await probeAndEnter(levitate);
    expect(probed['facts']).toMatchObject({ machine });
  });
}
