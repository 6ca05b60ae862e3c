/** An NVMe beside the disk of the sbc: it is written like any disk, and asked for its wear in maintenance, where no program for it is. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Levitate } from '../levitate.js';
import { minutes } from '../lines.js';

let folder: string;
let levitate: Levitate;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'levitate-nvme-'));
  const disk = join(folder, 'nvme.img');
  await writeFile(disk, '');
  await truncate(disk, 64 << 20);
  levitate = await Levitate.at('sbc-systemd', {
    extraQemuArgs: [
      ...['-drive', `id=nvme,file=${disk},format=raw,if=none`],
      ...['-device', 'nvme,drive=nvme,serial=levitate'],
    ],
  });
}, minutes(15));
afterAll(async () => {
  await levitate?.close();
  await rm(folder, { recursive: true, force: true });
});

test('it is written, read back, and tells its wear', { timeout: minutes(20) }, async () => {
  const { device } = levitate;
  await device.sh('modprobe nvme');
  await expect.poll(() => device.sh('ls /dev'), { timeout: minutes(2) }).toMatch(/^nvme0n1$/m);
  await levitate.enter(
    await levitate.profile({ 'flash.targets': { disk: { block: '/dev/nvme0n1' } } }),
  );
  const bytes = randomBytes(9 * 1024 * 1024 + 512);
  await writeFile(join(folder, 'image'), bytes);
  const flashed = await levitate.run('flash', [`disk=raw:${join(folder, 'image')}`]);
  expect(flashed.exit, JSON.stringify(flashed.last)).toBe(0);
  const beginning = await readFile(join(folder, 'nvme.img'));
  expect(beginning.subarray(0, bytes.length).equals(bytes)).toBe(true);
  const { exit, last } = await levitate.run('wear');
  expect(exit, JSON.stringify(last)).toBe(0);
  expect(last['media']).toContainEqual(
    expect.objectContaining({
      kind: 'nvme',
      missing: [],
      nvme: expect.objectContaining({ percentageUsed: 0, criticalWarning: 0 }) as object,
    }),
  );
});
