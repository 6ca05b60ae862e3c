/** The main job on a router with less RAM than a root of Debian's programs needs: static ones, compiled for it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { norArtifacts } from '../../lab/artifacts.js';
import { buildSysroot } from '../../lab/build/sysroot.js';
import { Bench, minutes } from '../help.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.at('router-mipsel', { memoryMiB: 40 });
}, minutes(5));
afterAll(() => bench.close());

test('a new squashfs onto a router with 40 MB', { timeout: minutes(30) }, async () => {
  const profile = await bench.profile({ 'root.from': { sysroot: await buildSysroot('mipsel') } });
  const { rootfs } = (await norArtifacts()).v2;
  const words = [profile, `system=${rootfs}`, '--expect-build', 'router-mipsel 2'];
  const { exit, last } = await bench.levitate('deploy', words);
  expect(last, JSON.stringify(last)).toMatchObject({ type: 'result', leave: { isNew: true } });
  expect(exit).toBe(0);
});
