/** The main job on devices of other architectures, with as little RAM as such devices have. */
import { expect, test } from 'vitest';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { Bench, minutes } from './help.js';

test('a new UBI layout onto the 64-bit ARM access point', { timeout: minutes(10) }, async () => {
  const image = await compressed((await deviceArtifacts('ap-arm64')).v2.ubi, 'gz');
  const bench = await Bench.at('ap-arm64');
  try {
    const { device } = bench;
    expect(await device.sh('uname -m; cat /etc/build-id')).toBe('aarch64\nap-arm64 1');
    const words = [await bench.profile(), `layout=${image}`, '--expect-build', 'ap-arm64 2'];
    const { exit, last } = await bench.levitate('deploy', words);
    expect(last).toMatchObject({
      type: 'result',
      flash: {
        targets: [{ counters: { lost: 0, before: { valid: 384 }, after: { valid: 384 } } }],
      },
      leave: { isNew: true, build: 'ap-arm64 2' },
    });
    expect(exit).toBe(0);
    expect(await device.sh('cat /etc/build-id /data/data-id')).toBe('ap-arm64 2\ndata 2');
  } finally {
    await bench.close();
  }
});
