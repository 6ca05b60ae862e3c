/** The main job with a root that is not Debian's: static programs with musl, compiled small as for a router. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSysroot } from '../../lab/build/sysroot.js';
import { deviceArtifacts } from '../../lab/index.js';
import { Bench, minutes } from '../help.js';

let bench: Bench;
beforeAll(async () => {
  bench = await Bench.at('router-ubi');
}, minutes(5));
afterAll(() => bench.close());

test('a new UBI layout from a sysroot with musl', { timeout: minutes(30) }, async () => {
  const profile = await bench.profile({
    'root.from': { sysroot: await buildSysroot('amd64-musl') },
  });
  const image = (await deviceArtifacts('router-ubi')).v2.ubi;
  const { exit, last } = await bench.levitate('deploy', [
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
