/** A maintenance root made of nothing but what the router itself has, which is a busybox and a dropbear. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BuildResult } from '../../src/operations/build/build.js';
import { Bench, minutes } from './help.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.at('router-ubi');
}, minutes(5));
afterAll(() => bench.close());

const own = { 'root.from': 'device', flash: { targets: { disk: { block: '/dev/vda' } } } };

test('a tool that the device lacks is named, with what could give it', async () => {
  const { exit, last } = await bench.levitate('enter', [
    await bench.profile({ 'root.from': 'device' }),
  ]);
  expect(last).toMatchObject({
    code: 'TOOL_MISSING',
    message: expect.stringMatching(/^device .* has no ubiformat \(target layout\)/),
    hint: expect.stringContaining('mtd-utils'),
  });
  expect(exit).toBe(2);
});

test('built from the running device, entered and left', { timeout: minutes(10) }, async () => {
  const { device } = bench;
  const profile = await bench.profile(own);
  const look = 'cat /proc/mounts; find / -xdev | sort | sha256sum';
  const before = await device.sh(look);
  const folder = await bench.folder();
  const manifest = join(folder, 'manifest.json');
  const words = ['-o', join(folder, 'archive'), '--manifest', manifest, '-F', device.sshConfig];
  const built = await bench.start(['build', profile, ...words, '--from-device', bench.host]).ended;
  expect(built).toMatchObject({ exit: 0, last: { type: 'result' } });
  expect(await device.sh(look)).toBe(before);

  const { files } = JSON.parse(await readFile(manifest, 'utf8')) as {
    files: BuildResult['manifest'];
  };
  const programs = files.filter(({ path, kind }) => kind === 'file' && /s?bin\/|\.so/.test(path));
  for (const name of ['busybox', 'dropbear', 'libc.so.6', 'ld-linux-x86-64.so.2'])
    expect(programs.map(({ path }) => path.split('/').at(-1))).toContain(name);
  const from = `device ${bench.host} `;
  for (const { sha256, origin } of programs) {
    expect(origin.startsWith(`${from}/`)).toBe(true);
    expect(await device.sh(`sha256sum <${origin.slice(from.length)}`)).toContain(sha256);
  }

  await bench.enter(profile);
  expect(await bench.status()).toMatchObject({
    where: 'maintenance',
    maintenance: { touched: false, held: [], root: 'tmpfs' },
  });
  const left = await bench.levitate('leave');
  expect(left).toMatchObject({ exit: 0, last: { type: 'result', isNew: false } });
});
