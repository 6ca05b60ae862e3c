/** A Debian whose root and swap are LVM on an md array, with a LUKS volume: taken apart by what comes along by itself, and re-imaged whole. */
import { expect } from 'vitest';
import { deviceArtifacts } from '../../lab/index.js';
import { deviceTest } from '../device-test.js';
import { minutes } from '../lines.js';

const test = deviceTest('stack-systemd', { scope: 'file', hardware: {} });

test(
  'probe tells what stands on what, and its profile lists the tool',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { last } = await levitate.run('probe');
    expect(last).toMatchObject({
      facts: {
        mounted: expect.arrayContaining([
          expect.objectContaining({ point: '/', type: 'ext4' }),
          expect.objectContaining({ point: '/data', type: 'ext4' }),
        ]) as unknown,
        stack: {
          mapped: expect.arrayContaining([
            expect.objectContaining({ owner: 'LVM', name: 'stack-root' }),
            expect.objectContaining({ owner: 'LVM', name: 'stack-swap' }),
            expect.objectContaining({ owner: 'LUKS2', name: 'data' }),
          ]) as unknown,
          arrays: [{ level: 'raid1', metadata: '1.2' }],
        },
      },
      profile: expect.stringMatching(/^ {2}tools: \[ ?dmsetup ?\]$/m) as unknown,
      checks: expect.arrayContaining([
        expect.objectContaining({
          name: 'storage',
          verdict: 'ok',
          found: expect.stringMatching(
            /^the root \(ext4\) is on stack-root \(LVM\) on md\d+ \(raid1\) on vda3, vda4; swap is on stack-swap \(LVM\) on md\d+ \(raid1\) on vda3, vda4; taken apart in maintenance: (?=.*stack-swap)(?=.*data \(LUKS2\))/,
          ) as unknown,
        }),
      ]) as unknown,
    });
  },
);

test(
  'nothing of the old system is left on the disk',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const { device } = levitate;
    expect(await device.sh('cat /proc/swaps /data/data-id')).toMatch(/\/dev\/dm-\d+ .*\ndata 1$/);
    await levitate.enter(await levitate.profile());
    expect(await levitate.status()).toMatchObject({
      maintenance: { phase: 'released', held: [], holders: { disk: [], data: [] } },
    });
    const left =
      'ls -d /sys/block/dm-* /sys/block/md* /sys/class/block/vda*/holders/* 2>/dev/null; sed 1d /proc/swaps';
    expect(await device.sh(left)).toBe('');
  },
);

test(
  'the whole disk is written, and the new system confirmed',
  { timeout: minutes(20) },
  async ({ levitate }) => {
    const { v2 } = await deviceArtifacts('sbc-systemd');
    const flashed = await levitate.run('flash', [`disk=${v2.disk}`]);
    expect(flashed).toMatchObject({ exit: 0, last: { type: 'result' } });
    expect(await levitate.run('leave')).toMatchObject({ exit: 0, last: { type: 'result' } });
    expect(await levitate.device.sh('cat /etc/build-id; findmnt -no SOURCE /')).toBe(
      'sbc-systemd 2\n/dev/vda2',
    );
  },
);
