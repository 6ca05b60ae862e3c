/** Images and targets that are refused in maintenance, before anything is written. */
import { execa } from 'execa';
import { cp, mkdir, open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import type { Levitate } from './levitate.js';
import { minutes } from './lines.js';

const images = await deviceArtifacts('router-ubi');
// The device is in maintenance; `dir` is for images.
const test = deviceTest('router-ubi', { scope: 'file' }).extend(
  'dir',
  { scope: 'file', auto: true },
  async ({ levitate }) => {
    const missing = { 'flash.targets.gone': { block: '/dev/mmcblk9' } };
    await levitate.enter(await levitate.profile(missing));
    return levitate.folder();
  },
);

/** The files that hold the maintenance system's state: they tell what status tells without a scan of who holds what. */
const stateFiles = async (levitate: Levitate): Promise<string[]> =>
  (await levitate.device.sh('ls /run/levitate 2>/dev/null; true')).split('\n');

// Whatever was refused, nothing was touched.
test.afterEach(async ({ levitate }) => {
  const state = await stateFiles(levitate);
  expect(state).not.toContain('touched');
  expect(state).not.toContain('writer');
});
/** Flashes, and expects the refusal; answers its message. */
async function refused(
  levitate: Levitate,
  pair: string,
  code: string,
  exit: number,
): Promise<string> {
  const ended = await levitate.run('flash', [pair]);
  expect(ended.last).toMatchObject({ type: 'error', code, exit });
  expect(ended.exit).toBe(exit);
  return ended.last.message ?? '';
}

/** A ubinized image of one volume, `rootfs`, or of the volumes given. */
async function ubinized(
  dir: string,
  name: string,
  peb: number,
  minIo: number,
  content = images.v2.data,
  size = '4MiB',
): Promise<string> {
  const config = join(dir, `${name}.cfg`);
  const volume = ['mode=ubi', `image=${content}`, 'vol_id=0', 'vol_type=dynamic'];
  await writeFile(config, ['[v]', ...volume, 'vol_name=rootfs', `vol_size=${size}`, ''].join('\n'));
  const image = join(dir, `${name}.ubi`);
  await execa('ubinize', ['-o', image, '-p', String(peb), '-m', String(minIo), config]);
  return image;
}

// The first test's time includes the way in.
test('an image that is cut short', { timeout: minutes(5) }, async ({ levitate, dir }) => {
  const image = join(dir, 'short.ubi.gz');
  await cp(await compressed(images.v2.ubi, 'gz'), image);
  await truncate(image, 5_000_000);
  expect(await refused(levitate, `layout=${image}`, 'IMAGE_TRUNCATED', 2)).toContain(image);
});

test('an image that is damaged', async ({ levitate, dir }) => {
  const image = join(dir, 'damaged.ubi.gz');
  await cp(await compressed(images.v2.ubi, 'gz'), image);
  const file = await open(image, 'r+');
  await file.write(Buffer.alloc(64, 0x5a), 0, 64, 4_000_000);
  await file.close();
  expect(await refused(levitate, `layout=${image}`, 'IMAGE_CORRUPT', 2)).toContain(image);
});

test('a raw image whose name says xz', async ({ levitate, dir }) => {
  const image = join(dir, 'raw.ubi.xz');
  await cp(images.v2.ubi, image);
  await refused(levitate, `layout=${image}`, 'IMAGE_EXTENSION_MISMATCH', 2);
});

test('a file system where a layout belongs', async ({ levitate, dir }) => {
  await refused(levitate, `layout=${images.v2.rootfs}`, 'IMAGE_FORMAT', 2);
  const image = join(dir, 'root.ext4');
  await truncateTo(image, 8 * 1024 * 1024);
  await execa('mke2fs', ['-q', '-t', 'ext4', image]);
  await refused(levitate, `layout=${image}`, 'IMAGE_FORMAT', 2);
});

test('an image that is larger than its target', async ({ levitate, dir }) => {
  const content = join(dir, 'large.bin');
  await writeFile(content, Buffer.alloc(50 * 1024 * 1024, 0x5a));
  const image = await ubinized(dir, 'large', 128 * 1024, 1, content, '52MiB');
  await refused(levitate, `layout=${image}`, 'IMAGE_TOO_LARGE', 3);
});

test('a layout for another eraseblock size', async ({ levitate, dir }) => {
  await refused(levitate, `layout=${await ubinized(dir, 'peb', 64 * 1024, 1)}`, 'IMAGE_FORMAT', 2);
});

test(
  'what only holds an image, and what is of no known format, unless a person says so',
  { timeout: minutes(3) },
  async ({ levitate, dir }) => {
    const upgrade = join(dir, 'sysupgrade-router');
    await mkdir(upgrade);
    await cp(images.v2.data, join(upgrade, 'root'));
    const tar = join(dir, 'sysupgrade.bin');
    await execa('tar', ['-cf', tar, '-C', dir, 'sysupgrade-router']);
    expect(await refused(levitate, `system=${tar}`, 'IMAGE_FORMAT', 2)).toContain(
      'sysupgrade file',
    );
    const unknown = join(dir, 'unknown.bin');
    await writeFile(unknown, Buffer.alloc(100_000, '\x01\x02\x03'));
    expect(await refused(levitate, `system=${unknown}`, 'IMAGE_FORMAT', 2)).toContain(
      'no known format',
    );
    for (const image of [tar, unknown]) {
      const consented = await levitate.run('flash', [`system=raw:${image}`, '--dry-run']);
      expect(consented).toMatchObject({ exit: 0, last: { plans: [{ target: 'system' }] } });
    }
  },
);

test('a layout that leaves out a volume of the device', async ({ levitate, dir }) => {
  const image = await ubinized(dir, 'fewer', 128 * 1024, 1);
  expect(await refused(levitate, `layout=${image}`, 'VOLUMES_AT_RISK', 3)).toContain('data');
});

test('a target that the profile does not have, and one that the device does not have', async ({
  levitate,
}) => {
  expect(await refused(levitate, `boot=${images.v2.ubi}`, 'TARGET_UNKNOWN', 2)).toContain('boot');
  expect(await refused(levitate, `gone=${images.v2.ubi}`, 'TARGET_MISSING', 3)).toContain(
    '/dev/mmcblk9',
  );
});

test('a deploy that only looks, at a device that was entered already', async ({ levitate }) => {
  const words = [await levitate.profile(), `layout=${images.v2.ubi}`, '--dry-run'];
  const looked = await levitate.run('deploy', words);
  expect(looked).toMatchObject({ exit: 0, last: { flash: { plans: [{ target: 'layout' }] } } });
});

test('a profile that is to be saved of a device that was entered already', async ({
  levitate,
  dir,
}) => {
  const saved = join(dir, 'saved.yaml');
  const looked = await levitate.run('deploy', [images.v2.ubi, '--save', saved, '--dry-run']);
  expect(looked).toMatchObject({ exit: 0, last: { flash: { plans: [{ target: 'layout' }] } } });
  expect(looked.lines).toContainEqual(
    expect.objectContaining({
      type: 'note',
      level: 'warning',
      message: expect.stringContaining('--save writes none') as string,
    }),
  );
});

test('whoever fills all that can be filled leaves the device as it was', async ({ levitate }) => {
  const before = await levitate.device.bootId();
  const places = ['/run/x', '/run/levitate/x', '/run/levitate/spool/x', '/x', '/tmp/x', '/dev/x'];
  for (const place of places)
    await levitate.device.ssh(`dd if=/dev/zero of=${place} bs=64k; true`, {
      timeoutMs: minutes(2),
    });
  expect(await levitate.device.bootId()).toBe(before);
  expect(await levitate.status()).toMatchObject({ where: 'maintenance' });
  const free = await levitate.device.sh("awk '/MemAvailable/ { print $2 }' /proc/meminfo");
  expect(Number(free)).toBeGreaterThan(6 * 1024);
  await levitate.device.sh(`rm -f ${places.join(' ')}`);
});

test('an image that is not there', async ({ levitate, dir }) => {
  await refused(levitate, `layout=${join(dir, 'none.ubi')}`, 'IMAGE_UNREADABLE', 2);
});

test('a target that somebody stands on', async ({ levitate }) => {
  await levitate.device.sh('mkdir -p /mnt && mount -t ubifs ubi0:data /mnt');
  const ended = await levitate.run('flash', [`layout=${images.v2.ubi}`]);
  expect(ended).toMatchObject({ exit: 3, last: { code: 'TARGET_IN_USE' } });
  expect(ended.last.message).toContain('mount /mnt');
  expect(ended.last['hint']).toContain('umount /mnt');
  expect((await levitate.status()).maintenance?.held).toContainEqual(
    expect.objectContaining({ kind: 'mount', point: '/mnt' }),
  );
  await levitate.device.sh('umount /mnt');
});

test(
  'after all that, a power cut boots the old system',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device } = levitate;
    expect(await stateFiles(levitate)).toContain('phase');
    expect(await levitate.status()).toMatchObject({
      where: 'maintenance',
      maintenance: { touched: false, writer: null },
    });
    await device.cut();
    await device.start();
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
    expect(await device.sh('cat /etc/build-id')).toBe('router-ubi 1');
  },
);

async function truncateTo(path: string, bytes: number): Promise<void> {
  await writeFile(path, '');
  await truncate(path, bytes);
}
