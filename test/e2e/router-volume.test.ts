/** One volume of the UBI is written, the other stays; and what `install` leaves on a device. */
import { expect } from 'vitest';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { bootInitramfs } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import type { Levitate } from './levitate.js';
import { minutes } from './lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

/** A profile with a small archive, which lies in the device's flash. */
const installed = (levitate: Levitate): Promise<string> =>
  levitate.profile({ 'archive.compression': 'xz' });

test('install and uninstall', { timeout: minutes(5) }, async ({ levitate }) => {
  const { device } = levitate;
  const list = 'find /usr/lib /etc -xdev | sort';
  const before = await device.sh(list);
  const profile = await installed(levitate);
  expect(await levitate.run('install', [profile])).toMatchObject({
    exit: 0,
    last: { changed: true },
  });
  expect(await levitate.run('install', [profile])).toMatchObject({
    exit: 0,
    last: { changed: false },
  });
  expect((await levitate.status())['installed']).toMatch(/^[0-9a-f]{64}$/);
  expect(await levitate.run('uninstall')).toMatchObject({ exit: 0, last: { changed: true } });
  expect(await device.sh(list)).toBe(before);
  expect(await levitate.run('uninstall')).toMatchObject({ exit: 0, last: { changed: false } });
});

test('the same into a root file system being built', async ({ levitate }) => {
  const root = await levitate.folder();
  await mkdir(join(root, 'usr'));
  // busybox, which unpacks it on the device, knows no zstd.
  const profile = await levitate.profile({ 'archive.compression': 'zstd' });
  const install = () => levitate.local(['install', profile, '--root', root]).ended;
  expect(await install()).toMatchObject({ exit: 0, last: { changed: true } });
  expect(await install()).toMatchObject({ exit: 0, last: { changed: false } });
  expect(await readdir(join(root, 'usr/lib/levitate'))).toContain('archive.cpio.gz');
  const uninstalled = await levitate.local(['uninstall', '--root', root]).ended;
  expect(uninstalled).toMatchObject({ exit: 0, last: { changed: true } });
  expect(await readdir(join(root, 'usr/lib'))).toEqual([]);
});

test(
  'entered without a profile: a volume is replaced and its neighbour stays',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device } = levitate;
    await device.sh('echo mine >/data/note; sync');
    const image = await compressed((await deviceArtifacts('router-ubi')).v2.rootfs, 'xz');
    expect(await levitate.run('install', [await installed(levitate)])).toMatchObject({ exit: 0 });
    expect(await levitate.run('enter')).toMatchObject({ exit: 0, last: { entered: true } });
    const { exit, last } = await levitate.run('flash', [`system=${image}`]);
    expect(last).toMatchObject({ type: 'result', targets: [{ counters: { lost: 0 } }] });
    expect(exit).toBe(0);
    const again = await levitate.run('flash', [`system=${image}`]);
    expect(again.last).toMatchObject({ type: 'result', targets: [{ sentBytes: 0 }] });
    const left = await levitate.run('leave', ['--expect-build', 'router-ubi 2']);
    expect(left).toMatchObject({ exit: 0, last: { isNew: true, build: 'router-ubi 2' } });
    expect(await device.sh('cat /data/data-id /data/note')).toBe('data 1\nmine');
  },
);

test('the archive boots as an initramfs', { timeout: minutes(5) }, async ({ levitate }) => {
  const archive = join(await levitate.folder(), 'archive.zst');
  const profile = await levitate.profile({ 'archive.compression': 'zstd' });
  const built = await levitate.local(['build', profile, '-o', archive]).ended;
  expect(built.exit).toBe(0);
  const machine = await bootInitramfs({ archive });
  try {
    await machine.waitForConsole(/levitate: maintenance root/);
  } finally {
    await machine.stop();
  }
});
