/** Ctrl-C after the trigger, and a deploy that is refused on the way. */
import { execa } from 'execa';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { deviceArtifacts } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import type { Command } from './command.js';
import { began, minutes } from './lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

/** Presses Ctrl-C once a phase has begun. */
async function stopIn(phase: string, running: Command) {
  await running.until(began(phase));
  running.signal('SIGINT');
  return running.ended;
}

test('Ctrl-C while images are read: nothing was asked of the device', async ({ levitate }) => {
  const { flash } = (await deviceArtifacts('router-ubi')).v2;
  const words = [await levitate.profile(), `layout=${flash}`];
  const stopped = await stopIn('image', levitate.start('deploy', words));
  expect(stopped).toMatchObject({ exit: 4, last: { code: 'INTERRUPTED' } });
});

test('Ctrl-C on the way in and on the way out', { timeout: minutes(10) }, async ({ levitate }) => {
  const { device } = levitate;
  const before = await device.bootId();
  const patience = { timeout: minutes(3), interval: 1000 };
  const entering = levitate.start('enter', [await levitate.profile()]);
  expect(await stopIn('wait', entering)).toMatchObject({
    exit: 5,
    last: { code: 'INTERRUPTED_IN_MAINTENANCE' },
  });
  const phase = async () => (await device.ssh('cat /run/levitate/phase')).stdout.trim();
  await expect.poll(phase, patience).toBe('released');
  expect((await levitate.status()).where).toBe('maintenance');
  expect(await stopIn('confirm', levitate.start('leave'))).toMatchObject({
    exit: 6,
    last: { code: 'NOT_CONFIRMED' },
  });
  await device.waitForSsh({ notBootId: before });
  expect((await levitate.status()).where).toBe('normal');
});

test(
  'a deploy that would lose a volume does not begin',
  { timeout: minutes(5) },
  async ({ levitate }) => {
    const dir = await levitate.folder();
    const { data } = (await deviceArtifacts('router-ubi')).v2;
    const volume = ['[v]', 'mode=ubi', `image=${data}`, 'vol_id=0', 'vol_type=dynamic'];
    await writeFile(
      join(dir, 'cfg'),
      [...volume, 'vol_name=rootfs', 'vol_size=4MiB', ''].join('\n'),
    );
    const image = join(dir, 'fewer.ubi');
    await execa('ubinize', ['-o', image, '-p', '128KiB', '-m', '1', join(dir, 'cfg')]);
    const before = await levitate.device.bootId();
    const deployed = await levitate.run('deploy', [await levitate.profile(), `layout=${image}`]);
    expect(deployed).toMatchObject({ exit: 3, last: { code: 'VOLUMES_AT_RISK' } });
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
    expect(await levitate.device.bootId()).toBe(before);
  },
);

test(
  'a deploy that is refused in maintenance ends in the old system',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const image = join(await levitate.folder(), 'disk.img');
    await writeFile(image, Buffer.alloc(8 * 1024 * 1024));
    await execa('sfdisk', ['-q', image], {
      input: 'label: gpt\n2048,8192,L\n',
      env: { PATH: `${process.env['PATH']}:/sbin:/usr/sbin` },
    });
    // Only maintenance can tell that the flash stands on this disk.
    const profile = await levitate.profile({ 'flash.targets.disk': { block: '/dev/vda' } });
    const before = await levitate.device.bootId();
    const deployed = await levitate.run('deploy', [profile, `disk=${image}`]);
    expect(deployed).toMatchObject({ exit: 3, last: { code: 'TARGET_IN_USE' } });
    expect(deployed.last['hint']).toContain('back in its old system');
    expect(await levitate.status()).toMatchObject({ where: 'normal' });
    expect(await levitate.device.bootId()).not.toBe(before);
    expect(await levitate.device.sh('cat /etc/build-id')).toBe('router-ubi 1');
  },
);
