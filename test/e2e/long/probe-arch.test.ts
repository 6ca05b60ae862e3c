/** Devices of other architectures: the profile that probe writes builds, enters and leaves as it is. */
import { expect, test } from 'vitest';
import { Bench, minutes } from '../help.js';
import { probeAndEnter } from '../probe-and-enter.js';

const rows = [
  { name: 'ap-arm64', machine: 'aarch64' },
  { name: 'gw-armhf', machine: 'armv7l' },
  { name: 'router-mipsel', machine: 'mips' },
] as const;

test.each(rows)('$name', { timeout: minutes(10) }, async ({ name, machine }) => {
  const bench = await Bench.at(name);
  try {
    const { probed } = await probeAndEnter(bench);
    expect(probed['facts']).toMatchObject({ machine });
  } finally {
    await bench.close();
  }
});
