/** The main job on devices of other architectures, with as little RAM as such devices have. */
import { expect, test } from 'vitest';
import { compressed, deviceArtifacts } from '../../lab/index.js';
import { Bench, minutes } from '../help.js';

interface Row {
  name: 'ap-arm64' | 'gw-armhf' | 'router-mipsel';
  /** What its kernel calls the architecture. */
  machine: string;
  /** Good eraseblocks of its flash. */
  blocks: number;
}

const rows: Row[] = [
  { name: 'ap-arm64', machine: 'aarch64', blocks: 384 },
  { name: 'gw-armhf', machine: 'armv7l', blocks: 509 },
  { name: 'router-mipsel', machine: 'mips', blocks: 384 },
];

// The second build as a whole new UBI layout, confirmed, and no erase counter lost.
test.each(rows)('a new UBI layout onto $name', { timeout: minutes(10) }, async (row) => {
  const image = await compressed((await deviceArtifacts(row.name)).v2.ubi, 'gz');
  const bench = await Bench.at(row.name);
  try {
    await deployTo(bench, row, image);
  } finally {
    await bench.close();
  }
});

async function deployTo(bench: Bench, row: Row, image: string): Promise<void> {
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
}
