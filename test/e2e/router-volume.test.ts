/** One volume of the UBI is written, the other stays; and what `install` leaves on a device. */
import { expect } from 'vitest';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { bootInitramfs } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import type { Levitate } from './levitate.js';
import { began, minutes } from './lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

/** A profile with a small archive, which lies in the device's flash, by which a volume gets files of the one before. */
const installed = (levitate: Levitate): Promise<string> =>
  levitate.profile({
    'archive.compression': 'xz',
    'flash.keep': { paths: ['/etc/own', '/etc/absent'], into: 'system' },
  });

test('install and uninstall', { timeout: minutes(5) }, async ({ levitate }) => {
  const { device } = levitate;
  const list = 'find /usr/lib /etc -xdev | sort';
  const before = await device.sh(list);
  const profile = await levitate.profile();
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
  'entered without a profile: a volume is replaced, its neighbour stays, and so does what is kept',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device } = levitate;
    await device.sh(
      'echo mine >/data/note; mkdir /etc/own; echo own >/etc/own/a; chmod 600 /etc/own/a; ln -s a /etc/own/b; sync',
    );
    const image = await compressed((await deviceArtifacts('router-ubi')).v2.rootfs, 'xz');
    expect(await levitate.run('install', [await installed(levitate)])).toMatchObject({ exit: 0 });
    const worn = await levitate.run('wear', ['system']);
    const counters = { eraseblocks: 384, valid: 384, damaged: 0 };
    const medium = { device: 'mtd0', name: 'ubi', targets: ['system'], counters, missing: [] };
    expect(worn).toMatchObject({ exit: 0, last: { where: 'normal', media: [medium] } });
    const before = join(await levitate.folder(), 'before.json');
    await writeFile(before, worn.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect(await levitate.run('wear', ['nothing'])).toMatchObject({
      exit: 2,
      last: { code: 'TARGET_UNKNOWN', hint: expect.stringContaining('mtd0 (ubi)') as string },
    });
    expect(await levitate.run('enter')).toMatchObject({ exit: 0, last: { entered: true } });
    const planned = await levitate.run('flash', [`system=${image}`, '--dry-run']);
    expect(planned.last).toMatchObject({
      plans: [{ steps: ['write', 'finish', 'verify', 'swap'].map((step) => ({ do: step })) }],
      overwrite: { writes: [{ cut: expect.stringMatching(/^It does no harm/) as string }] },
    });
    const svg = join(await levitate.folder(), 'wear.svg');
    const flashing = levitate.start('flash', [`system=${image}`, '--svg', svg]);
    await flashing.until(began('verify'));
    // Until the swap, which waits for this program, nothing of the old system is touched.
    flashing.signal('SIGSTOP');
    expect(await levitate.status()).toMatchObject({ maintenance: { touched: false, targets: {} } });
    flashing.signal('SIGCONT');
    const { exit, last } = await flashing.ended;
    const kept = { lost: 0, reset: 0, averaged: 0 };
    expect(last).toMatchObject({ type: 'result', svg, targets: [{ counters: kept }] });
    expect(exit).toBe(0);
    expect(await readFile(svg, 'utf8')).toContain('384 of 384 eraseblocks have a counter');
    // In maintenance another way of reading finds the same eraseblocks, which were worn a little more since.
    const since = await levitate.run('wear', ['system', '--before', before]);
    expect(since).toMatchObject({
      exit: 0,
      last: { where: 'maintenance', media: [{ ...medium, compared: kept }] },
    });
    // What was put there makes it another one than the image: it is written again, and put there again.
    const again = await levitate.run('flash', [`system=${image}`]);
    expect(again).toMatchObject({ exit: 0, last: { targets: [{ counters: { lost: 0 } }] } });
    const left = await levitate.run('leave', ['--expect-build', 'router-ubi 2']);
    expect(left).toMatchObject({ exit: 0, last: { isNew: true, build: 'router-ubi 2' } });
    expect(await device.sh('cat /data/data-id /data/note /etc/own/b')).toBe('data 1\nmine\nown');
    expect(await device.sh('stat -c %a /etc/own/a')).toBe('600');
    // Each write made a new volume that has the old one's name now, and the old ones are gone.
    expect(await device.sh('cat /sys/class/ubi/ubi0_*/name | sort')).toBe('data\nrootfs');
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
