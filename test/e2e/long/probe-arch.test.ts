/**
 * Devices of other architectures: the profile that probe writes builds, enters and leaves as it is, from a ready root as an
 * installation has it.
 */
import { expect, vi } from 'vitest';
import { readyRoots } from '../../lab/build/roots.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';
import { probeAndEnter } from '../probe-and-enter.js';

const rows = [
  { name: 'ap-arm64', arch: 'aarch64', machine: 'aarch64' },
  { name: 'gw-armhf', arch: 'armv7', machine: 'armv7l' },
  { name: 'router-mipsel', arch: 'mipsel', machine: 'mips' },
] as const;

for (const { name, arch, machine } of rows) {
  const test = deviceTest(name);
  test(name, { timeout: minutes(60) }, async ({ levitate }) => {
    vi.stubEnv('LEVITATE_ROOTS', await readyRoots(arch));
    const { probed } = await probeAndEnter(levitate);
    expect(probed['facts']).toMatchObject({ machine });
  });
}
