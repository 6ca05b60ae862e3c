/** A maintenance root made of nothing but what the router itself has, which is a busybox and a dropbear. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BuildResult } from '../../src/operations/build/build.js';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

const own = { 'root.from': 'device', flash: { targets: { disk: { block: '/dev/vda' } } } };

test('a tool that the device lacks is named, with what could give it', async ({ levitate }) => {
  const { exit, last } = await levitate.run('enter', [
    await levitate.profile({ 'root.from': 'device' }),
  ]);
  expect(last).toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringMatching(/^device .* has no ubiformat \(target layout\)/),
    hint: expect.stringContaining('mtd-utils'),
  });
  expect(exit).toBe(2);
});

test(
  'built from the running device, entered and left',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { device } = levitate;
    const profile = await levitate.profile(own);
    const look = 'cat /proc/mounts; find / -xdev | sort | sha256sum';
    const before = await device.sh(look);
    const folder = await levitate.folder();
    const manifest = join(folder, 'manifest.json');
    const words = ['-o', join(folder, 'archive'), '--manifest', manifest, '-F', device.sshConfig];
    const built = await levitate.local(['build', profile, ...words, '--from-device', levitate.host])
      .ended;
    expect(built).toMatchObject({ exit: 0, last: { type: 'result' } });
    expect(await device.sh(look)).toBe(before);

    const { files } = JSON.parse(await readFile(manifest, 'utf8')) as {
      files: BuildResult['manifest'];
    };
    const programs = files.filter(({ path, kind }) => kind === 'file' && /s?bin\/|\.so/.test(path));
    for (const name of ['busybox', 'dropbear', 'libc.so.6', 'ld-linux-x86-64.so.2'])
      expect(programs.map(({ path }) => path.split('/').at(-1))).toContain(name);
    const from = `device ${levitate.host} `;
    for (const { sha256, origin } of programs) {
      expect(origin.startsWith(`${from}/`)).toBe(true);
      expect(await device.sh(`sha256sum <${origin.slice(from.length)}`)).toContain(sha256);
    }

    await levitate.enter(profile);
    expect(await levitate.status()).toMatchObject({
      where: 'maintenance',
      maintenance: { touched: false, held: [], root: 'tmpfs' },
    });
    const left = await levitate.run('leave');
    expect(left).toMatchObject({ exit: 0, last: { type: 'result', isNew: false } });
  },
);
