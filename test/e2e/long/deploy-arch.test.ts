/** The whole way on devices of other architectures, with as little RAM as such devices have. */
import { expect } from 'vitest';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadProfile } from '../../../src/profile/load.js';
import { norLayout } from '../../lab/build/router-nor.js';
import { compressed, deviceArtifacts, norArtifacts } from '../../lab/index.js';
import { deviceTest } from '../device-test.js';
import type { Levitate } from '../levitate.js';
import { minutes } from '../lines.js';

interface Row {
  name: 'ap-arm64' | 'gw-armhf';
  /** What its kernel calls the architecture. */
  machine: string;
  /** Good eraseblocks of its flash. */
  blocks: number;
}

const rows: Row[] = [
  { name: 'ap-arm64', machine: 'aarch64', blocks: 384 },
  { name: 'gw-armhf', machine: 'armv7l', blocks: 509 },
];

// The second build as a whole new UBI layout, confirmed, and no erase counter lost.
for (const row of rows) {
  const test = deviceTest(row.name);
  test(`a new UBI layout onto ${row.name}`, { timeout: minutes(10) }, ({ levitate }) =>
    deployTo(levitate, row),
  );
}

async function deployTo(levitate: Levitate, row: Row): Promise<void> {
  const { device } = levitate;
  const image = await compressed((await deviceArtifacts(row.name)).v2.ubi, 'gz');
  expect(await device.sh('uname -m; cat /etc/build-id')).toBe(`${row.machine}\n${row.name} 1`);
  const words = [await levitate.profile(), `layout=${image}`, '--expect-build', `${row.name} 2`];
  const { exit, last } = await levitate.run('deploy', words);
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

const nor = deviceTest('router-mipsel');
nor('a new squashfs onto its NOR flash', { timeout: minutes(15) }, async ({ levitate }) => {
  const { v1, v2 } = await norArtifacts();
  const { device } = levitate;
  expect(await device.sh('uname -m; cat /etc/build-id')).toBe('mips\nrouter-mipsel 1');
  expect(await device.sh('grep -E " / | /rom | /overlay " /proc/mounts | cut -d " " -f 3')).toBe(
    'squashfs\njffs2\noverlay',
  );
  const probed = join(await levitate.folder(), 'probed.yaml');
  expect((await levitate.run('probe', ['--profile-out', probed])).last.type).toBe('result');
  expect((await loadProfile(probed)).targets).toEqual({
    firmware: { mtd: 'firmware' },
    rootfs: { mtd: 'rootfs' },
    'rootfs-data': { mtd: 'rootfs_data' },
  });
  const { boot, rootfs } = norLayout;
  const before = await device.readDisk(boot.offset, boot.size);
  const profile = await levitate.profile();
  const deploy = async (target: string, image: string, build: string) => {
    const words = [profile, `${target}=${image}`, '--expect-build', build];
    const { exit, last } = await levitate.run('deploy', words);
    expect(last).toMatchObject({ type: 'result', leave: { isNew: true, build } });
    expect(exit).toBe(0);
  };

  // The system alone: what its owner has changed stays.
  await device.sh('echo mine >/etc/owner; sync');
  await deploy('system', v2.rootfs, 'router-mipsel 2');
  expect(await device.sh('cat /etc/build-id /etc/owner')).toBe('router-mipsel 2\nmine');

  // The whole firmware, with the mark behind it: the system begins with nothing of before.
  const whole = Buffer.alloc(rootfs.size + 4, 0xff);
  (await readFile(v1.rootfs)).copy(whole);
  whole.writeUInt32BE(0xdeadc0de, rootfs.size);
  const firmware = join(await levitate.folder(), 'firmware.bin');
  await writeFile(firmware, whole);
  await deploy('firmware', firmware, 'router-mipsel 1');
  expect(await device.sh('cat /etc/build-id; ls /etc/owner 2>/dev/null || echo none')).toBe(
    'router-mipsel 1\nnone',
  );
  expect(await device.readDisk(boot.offset, boot.size)).toEqual(before);
});
