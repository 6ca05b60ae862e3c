/** The whole way on a router with less RAM than a root of Debian's programs needs: static ones, compiled for it. */
import { expect, vi } from 'vitest';
import { norArtifacts } from '../../lab/artifacts.js';
import { readyRoots } from '../../lab/build/roots.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';

const test = deviceTest('router-mipsel', { scope: 'file', hardware: { memoryMiB: 40 } });

test('a new squashfs onto a router with 40 MB', { timeout: minutes(30) }, async ({ levitate }) => {
  vi.stubEnv('LEVITATE_ROOTS', await readyRoots('mipsel'));
  const profile = await levitate.profile({ 'root.from': 'ready' });
  const { rootfs } = (await norArtifacts()).v2;
  const words = [profile, `system=${rootfs}`, '--expect-build', 'router-mipsel 2'];
  const { exit, last } = await levitate.run('deploy', words);
  expect(last, JSON.stringify(last)).toMatchObject({ type: 'result', leave: { isNew: true } });
  expect(exit).toBe(0);
});
