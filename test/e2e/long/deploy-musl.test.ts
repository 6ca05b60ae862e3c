/** The main job with a root that is not Debian's: static programs with musl, compiled small as for a router. */
import { expect } from 'vitest';
import { buildSysroot } from '../../lab/build/sysroot.js';
import { deviceArtifacts } from '../../lab/index.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

test(
  'a new UBI layout from a sysroot with musl',
  { timeout: minutes(30) },
  async ({ levitate }) => {
    const profile = await levitate.profile({
      'root.from': { sysroot: await buildSysroot('amd64-musl') },
    });
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
  },
);
