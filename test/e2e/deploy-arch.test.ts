/** The main job on devices of other architectures, with as little RAM as such devices have. */
import { expect, test } from 'vitest';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { Bench, minutes } from './help.js';

test.each([
  { name: 'ap-arm64', machine: 'aarch64', blocks: 384 },
  { name: 'gw-armhf', machine: 'armv7l', blocks: 509 },
] as const)('a new UBI layout onto $name', { timeout: minutes(10) }, async (row) => {
  const image = await compressed((await deviceArtifacts(row.name)).v2.ubi, 'gz');
  const bench = await Bench.at(row.name);
  try {
    const { device } = bench;
    expect(await device.sh('uname -m; cat /etc/build-id')).toBe(`${row.machine}\n${row.name} 1`);
    const words = [await bench.profile(), `layout=${image}`, '--expect-build', `${row.name} 2`];
    const { exit, last } = await bench.levitate('deploy', words);
    const counters = { lost: 0, before: { valid: row.blocks }, after: { valid: row.blocks } };
    expect(last).toMatchObject({
      type: 'result',
      flash: { targets: [{ counters }] },
      leave: { isNew: true, build: `${row.name} 2` },
    });
    expect(exit).toBe(0);
    expect(await device.sh('cat /etc/build-id /data/data-id')).toBe(`${row.name} 2\ndata 2`);
    expect(await device.sh('cd /sys/class/mtd/mtd0; cat ecc_failures corrected_bits')).toBe('0\n0');
  } finally {
    await bench.close();
  }
});
