/** The whole way with a ready root: static programs with musl, compiled small as for a router. */
import { expect, vi } from 'vitest';
import { readyRoots } from '../../lab/build/roots.js';
import { deviceArtifacts } from '../../lab/index.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

test('a new UBI layout from a ready root', { timeout: minutes(30) }, async ({ levitate }) => {
  vi.stubEnv('LEVITATE_ROOTS', await readyRoots('x86_64'));
  const profile = await levitate.profile({ 'root.from': 'ready' });
  const image = (await deviceArtifacts('router-ubi')).v2.ubi;
  const { exit, last } = await levitate.run('deploy', [
    ...[profile, `layout=${image}`],
    ...['--expect-build', 'router-ubi 2'],
  ]);
  expect(last).toMatchObject({
    type: 'result',
    flash: { targets: [{ counters: { lost: 0 } }] },
    leave: { isNew: true, build: 'router-ubi 2' },
  });
  expect(exit).toBe(0);
});
