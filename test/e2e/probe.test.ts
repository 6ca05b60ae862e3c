/** A profile that nobody wrote by hand leads into maintenance and back. */
import { readFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { Bench, minutes } from './help.js';
import { probeAndEnter } from './probe-and-enter.js';

let bench: Bench;
afterEach(() => bench.close());

test('router-ubi', { timeout: minutes(10) }, async () => {
  bench = await Bench.at('router-ubi');
  const { probed, profile } = await probeAndEnter(bench);
  expect(probed).toMatchObject({
    facts: { init: 'busybox', sshServer: 'dropbear', ubis: [{ device: 'ubi0', mtd: 'mtd0' }] },
    brought: expect.arrayContaining(['ubiformat']) as string[],
  });

  const text = await readFile(profile, 'utf8');
  const again = await bench.levitate('probe', ['--profile-out', profile]);
  expect(again).toMatchObject({ exit: 2, last: { code: 'OUTPUT_FAILED' } });
  expect(await readFile(profile, 'utf8')).toBe(text);

  const other = await bench.profile({ 'device.compatible': ['acme,toaster'] });
  const judged = await bench.levitate('probe', [other]);
  expect(judged).toMatchObject({ exit: 3, last: { type: 'result', facts: { init: 'busybox' } } });
  expect(judged.last['checks']).toContainEqual(
    expect.objectContaining({ name: 'board', verdict: 'refusal' }),
  );
});

test('sbc-systemd', { timeout: minutes(10) }, async () => {
  bench = await Bench.at('sbc-systemd');
  const { probed } = await probeAndEnter(bench);
  expect(probed).toMatchObject({
    facts: {
      init: 'systemd',
      initVersion: '252',
      sshServer: 'openssh',
      interfaces: [{ name: 'ens3', dhcp: false, ssh: true }, { name: 'lo' }],
    },
    brought: expect.arrayContaining(['dropbear']) as string[],
  });
});
