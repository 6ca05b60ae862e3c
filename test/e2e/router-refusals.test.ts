/** Images and targets that are refused in maintenance, before anything is written. */
import { execa } from 'execa';
import { cp, mkdir, open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { compressed, deviceArtifacts, type RouterArtifacts } from '../lab/index.js';
import { Bench, minutes } from './help.js';

let bench: Bench;
let dir: string;
let images: RouterArtifacts;
beforeAll(async () => {
  bench = await Bench.at('router-ubi');
  dir = await bench.folder();
  images = await deviceArtifacts('router-ubi');
  await bench.enter(await bench.profile({ 'flash.targets.gone': { block: '/dev/mmcblk9' } }));
}, minutes(10));
afterAll(() => bench.close());

// Whatever was refused, nothing was touched.
afterEach(async () => {
  expect(await bench.status()).toMatchObject({
    where: 'maintenance',
    maintenance: { touched: false, writer: null },
  });
});

/** Flashes, and expects the refusal; answers its message. */
async function refused(pair: string, code: string, exit: number): Promise<string> {
  const ended = await bench.levitate('flash', [pair]);
  expect(ended.last).toMatchObject({ type: 'error', code, exit });
  expect(ended.exit).toBe(exit);
  return ended.last.message ?? '';
}

/** A ubinized image of one volume, `rootfs`, or of the volumes given. */
async function ubinized(
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

test('an image that is cut short', async () => {
  const image = join(dir, 'short.ubi.gz');
  await cp(await compressed(images.v2.ubi, 'gz'), image);
  await truncate(image, 5_000_000);
  expect(await refused(`layout=${image}`, 'IMAGE_TRUNCATED', 2)).toContain(image);
});

test('an image that is damaged', async () => {
  const image = join(dir, 'damaged.ubi.gz');
  await cp(await compressed(images.v2.ubi, 'gz'), image);
  const file = await open(image, 'r+');
  await file.write(Buffer.alloc(64, 0x5a), 0, 64, 4_000_000);
  await file.close();
  expect(await refused(`layout=${image}`, 'IMAGE_CORRUPT', 2)).toContain(image);
});

test('a raw image whose name says xz', async () => {
  const image = join(dir, 'raw.ubi.xz');
  await cp(images.v2.ubi, image);
  await refused(`layout=${image}`, 'IMAGE_EXTENSION_MISMATCH', 2);
});

test('a file system where a layout belongs', async () => {
  await refused(`layout=${images.v2.rootfs}`, 'IMAGE_FORMAT', 2);
  const image = join(dir, 'root.ext4');
  await truncateTo(image, 8 * 1024 * 1024);
  await execa('mke2fs', ['-q', '-t', 'ext4', image]);
  await refused(`layout=${image}`, 'IMAGE_FORMAT', 2);
});

test('an image that is larger than its target', async () => {
  const content = join(dir, 'large.bin');
  await writeFile(content, Buffer.alloc(50 * 1024 * 1024, 0x5a));
  const image = await ubinized('large', 128 * 1024, 1, content, '52MiB');
  await refused(`layout=${image}`, 'IMAGE_TOO_LARGE', 3);
});

test('a layout for another eraseblock size', async () => {
  await refused(`layout=${await ubinized('peb', 64 * 1024, 1)}`, 'IMAGE_FORMAT', 2);
});

test('what only holds an image, and what is of no known format, unless a person says so', async () => {
  const upgrade = join(dir, 'sysupgrade-router');
  await mkdir(upgrade);
  await cp(images.v2.data, join(upgrade, 'root'));
  const tar = join(dir, 'sysupgrade.bin');
  await execa('tar', ['-cf', tar, '-C', dir, 'sysupgrade-router']);
  expect(await refused(`system=${tar}`, 'IMAGE_FORMAT', 2)).toContain('sysupgrade file');
  const unknown = join(dir, 'unknown.bin');
  await writeFile(unknown, Buffer.alloc(100_000, '\x01\x02\x03'));
  expect(await refused(`system=${unknown}`, 'IMAGE_FORMAT', 2)).toContain('no known format');
  for (const image of [tar, unknown]) {
    const consented = await bench.levitate('flash', [`system=raw:${image}`, '--dry-run']);
    expect(consented).toMatchObject({ exit: 0, last: { plans: [{ target: 'system' }] } });
  }
});

test('a layout that leaves out a volume of the device', async () => {
  const image = await ubinized('fewer', 128 * 1024, 1);
  expect(await refused(`layout=${image}`, 'VOLUMES_AT_RISK', 3)).toContain('data');
});

test('a target that the profile does not have, and one that the device does not have', async () => {
  expect(await refused(`boot=${images.v2.ubi}`, 'TARGET_UNKNOWN', 2)).toContain('boot');
  expect(await refused(`gone=${images.v2.ubi}`, 'TARGET_MISSING', 3)).toContain('/dev/mmcblk9');
});

test('a deploy that only looks, at a device that was entered already', async () => {
  const words = [await bench.profile(), `layout=${images.v2.ubi}`, '--dry-run'];
  const looked = await bench.levitate('deploy', words);
  expect(looked).toMatchObject({ exit: 0, last: { flash: { plans: [{ target: 'layout' }] } } });
});

test('whoever fills all that can be filled leaves the device as it was', async () => {
  const before = await bench.device.bootId();
  const places = ['/run/x', '/run/levitate/x', '/run/levitate/spool/x', '/x', '/tmp/x', '/dev/x'];
  for (const place of places)
    await bench.device.ssh(`dd if=/dev/zero of=${place} bs=64k; true`, { timeoutMs: minutes(2) });
  expect(await bench.device.bootId()).toBe(before);
  expect(await bench.status()).toMatchObject({ where: 'maintenance' });
  const free = await bench.device.sh("awk '/MemAvailable/ { print $2 }' /proc/meminfo");
  expect(Number(free)).toBeGreaterThan(6 * 1024);
  await bench.device.sh(`rm -f ${places.join(' ')}`);
});

test('an image that is not there', async () => {
  await refused(`layout=${join(dir, 'none.ubi')}`, 'IMAGE_UNREADABLE', 2);
});

test('a target that somebody stands on', async () => {
  await bench.device.sh('mkdir -p /mnt && mount -t ubifs ubi0:data /mnt');
  const ended = await bench.levitate('flash', [`layout=${images.v2.ubi}`]);
  expect(ended).toMatchObject({ exit: 3, last: { code: 'TARGET_IN_USE' } });
  expect(ended.last.message).toContain('mount /mnt');
  expect(ended.last['hint']).toContain('umount /mnt');
  expect((await bench.status()).maintenance?.held.join()).toContain('/mnt');
  await bench.device.sh('umount /mnt');
});

async function truncateTo(path: string, bytes: number): Promise<void> {
  await writeFile(path, '');
  await truncate(path, bytes);
}
