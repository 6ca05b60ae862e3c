/** A new disk image on the sbc, while a partition of the old one and the partition table stay: the new system finds the old data. */
import { afterEach, expect } from 'vitest';
import { deploy } from '../../src/index.js';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import { minutes } from './lines.js';

afterEach(() => {
  delete process.env['XDG_STATE_HOME'];
});

const sbc = deviceTest('sbc-systemd');
sbc(
  'a partition that the profile keeps is there in the new system as it was',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const { device, stateHome } = levitate;
    const { v2 } = await deviceArtifacts('sbc-systemd');
    process.env['XDG_STATE_HOME'] = stateHome;
    await device.sh('head -c 3000000 /dev/urandom >/data/of-the-owner && sync');
    const sum = await device.sh('sha256sum </data/of-the-owner');
    const { host, sshConfig } = device;
    const done = await deploy({
      ...{ host, sshConfig, expectBuild: 'sbc-systemd 2' },
      profile: await levitate.profile({
        'flash.targets.disk.keep': ['partition-table', { partition: { label: 'data' } }],
      }),
      images: { disk: await compressed(v2.disk, 'zst') },
    });
    expect(await device.sh('cat /etc/build-id')).toBe('sbc-systemd 2');
    expect(await device.sh('sha256sum </data/of-the-owner')).toBe(sum);
    expect(done.flash?.plans[0]?.kept.length).toBeGreaterThan(1);
  },
);
