/** One volume of the UBI is written, the other stays; and what `install` leaves on a device. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { bootInitramfs } from '../lab/index.js';
import { Bench, minutes } from './help.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.at('router-ubi');
}, minutes(5));
afterAll(() => bench.close());

test('install, enter without a profile, uninstall', { timeout: minutes(10) }, async () => {
  const profile = await bench.profile({ 'archive.compression': 'xz' });
  const { device } = bench;
  const list = 'find /usr/lib /etc -xdev | sort';
  const before = await device.sh(list);
  expect(await bench.levitate('install', [profile])).toMatchObject({
    exit: 0,
    last: { changed: true },
  });
  expect(await bench.levitate('install', [profile])).toMatchObject({
    exit: 0,
    last: { changed: false },
  });
  expect((await bench.status())['installed']).toMatch(/^[0-9a-f]{64}$/);
  expect(await bench.levitate('enter')).toMatchObject({ exit: 0, last: { entered: true } });
  expect(await bench.levitate('leave')).toMatchObject({ exit: 0, last: { isNew: false } });
  expect(await bench.levitate('uninstall')).toMatchObject({ exit: 0, last: { changed: true } });
  expect(await device.sh(list)).toBe(before);
  expect(await bench.levitate('uninstall')).toMatchObject({ exit: 0, last: { changed: false } });
});

test('the same into a root file system being built', async () => {
  const root = await bench.folder();
  await mkdir(join(root, 'usr'));
  // busybox, which unpacks it on the device, knows no zstd.
  const profile = await bench.profile({ 'archive.compression': 'zstd' });
  const install = () => bench.start(['install', profile, '--root', root]).ended;
  expect(await install()).toMatchObject({ exit: 0, last: { changed: true } });
  expect(await install()).toMatchObject({ exit: 0, last: { changed: false } });
  expect(await readdir(join(root, 'usr/lib/levitate'))).toContain('archive.cpio.gz');
  const uninstalled = await bench.start(['uninstall', '--root', root]).ended;
  expect(uninstalled).toMatchObject({ exit: 0, last: { changed: true } });
  expect(await readdir(join(root, 'usr/lib'))).toEqual([]);
});

test('a volume is replaced and its neighbour stays', { timeout: minutes(10) }, async () => {
  const { device } = bench;
  await device.sh('echo mine >/data/note; sync');
  const image = await compressed((await deviceArtifacts('router-ubi')).v2.rootfs, 'xz');
  await bench.enter(await bench.profile());
  const { exit, last } = await bench.levitate('flash', [`system=${image}`]);
  expect(last).toMatchObject({ type: 'result', targets: [{ counters: { lost: 0 } }] });
  expect(exit).toBe(0);
  const again = await bench.levitate('flash', [`system=${image}`]);
  expect(again.last).toMatchObject({ type: 'result', targets: [{ sentBytes: 0 }] });
  const left = await bench.levitate('leave', ['--expect-build', 'router-ubi 2']);
  expect(left).toMatchObject({ exit: 0, last: { isNew: true, build: 'router-ubi 2' } });
  expect(await device.sh('cat /data/data-id /data/note')).toBe('data 1\nmine');
});

test('the archive boots as an initramfs', { timeout: minutes(5) }, async () => {
  const archive = join(await bench.folder(), 'archive.zst');
  const profile = await bench.profile({ 'archive.compression': 'zstd' });
  const built = await bench.start(['build', profile, '-o', archive]).ended;
  expect(built.exit).toBe(0);
  const machine = await bootInitramfs({ archive });
  try {
    await machine.waitForConsole(/levitate: maintenance root/);
  } finally {
    await machine.stop();
  }
});
