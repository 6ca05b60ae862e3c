/** A profile that nobody wrote by hand leads into maintenance and back; network-sbc.test.ts and inits.test.ts enter by theirs. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';
import { probeAndEnter } from './probe-and-enter.js';

const test = deviceTest('router-ubi');

test('router-ubi', { timeout: minutes(10) }, async ({ levitate }) => {
  const { probed, profile } = await probeAndEnter(levitate);
  expect(probed).toMatchObject({
    facts: { init: 'busybox', sshServer: 'dropbear', ubis: [{ device: 'ubi0', mtd: 'mtd0' }] },
    brought: expect.arrayContaining(['ubiformat']) as string[],
  });

  const text = await readFile(profile, 'utf8');
  const again = await levitate.run('probe', ['--profile-out', profile]);
  expect(again).toMatchObject({ exit: 2, last: { code: 'OUTPUT_FAILED' } });
  expect(await readFile(profile, 'utf8')).toBe(text);

  const other = await levitate.profile({ 'device.compatible': ['acme,toaster'] });
  const judged = await levitate.run('probe', [other]);
  expect(judged).toMatchObject({ exit: 3, last: { type: 'result', facts: { init: 'busybox' } } });
  expect(judged.last['checks']).toContainEqual(
    expect.objectContaining({ name: 'board', verdict: 'refusal' }),
  );
});
