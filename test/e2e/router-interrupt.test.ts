/** Ctrl-C, kill and a lost terminal from phase to phase (long/interrupts.test.ts has them all), and a deploy that is refused on the way. */
import { execa } from 'execa';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { deviceArtifacts } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import type { Command } from './command.js';
import type { Levitate } from './levitate.js';
import { began, minutes } from './lines.js';

const test = deviceTest('router-ubi', { scope: 'file' });

/** Presses Ctrl-C once a phase has begun, or sends another signal. */
async function stopIn(phase: string, running: Command, signal: NodeJS.Signals = 'SIGINT') {
  await running.until(began(phase));
  running.signal(signal);
  return running.ended;
}

/** What stands behind `deploy HOST`. */
const deployWords = async (levitate: Levitate): Promise<string[]> => [
  await levitate.profile(),
  `layout=${(await deviceArtifacts('router-ubi')).v2.flash}`,
];

test('Ctrl-C while images are read: nothing was asked of the device', async ({ levitate }) => {
  const stopped = await stopIn('image', levitate.start('deploy', await deployWords(levitate)));
  expect(stopped).toMatchObject({ exit: 4, last: { code: 'INTERRUPTED' } });
});

test.for([
  ['facts', 'SIGINT', 'interrupted; nothing on the device has changed'],
  ['preflight', 'SIGTERM', 'interrupted; nothing on the device has changed'],
  ['configure', 'SIGHUP', 'interrupted; the device runs its old system and nothing is armed'],
] as const)(
  'in the phase %s, %s leaves the device as it was found',
  { timeout: minutes(5) },
  async ([phase, signal, message], { levitate }) => {
    const deploying = levitate.start('deploy', await deployWords(levitate));
    expect(await stopIn(phase, deploying, signal)).toMatchObject({
      exit: 4,
      last: { code: 'INTERRUPTED', message },
    });
    expect((await levitate.status()).where).toBe('normal');
    const staged = await levitate.device.sh('grep -c levitate /proc/mounts || true');
    expect(staged).toBe('0');
  },
);

test(
  'Ctrl-C in the trigger, while images are compared, and as the device is told to leave',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const [profile = '', image = ''] = await deployWords(levitate);
    const before = await levitate.device.bootId();
    expect(await stopIn('trigger', levitate.start('enter', [profile]))).toMatchObject({
      exit: 5,
      last: { code: 'INTERRUPTED_IN_MAINTENANCE' },
    });
    // The same command carries on.
    await expect
      .poll(async () => (await levitate.status()).where, { timeout: minutes(3), interval: 1000 })
      .toBe('maintenance');
    expect((await levitate.run('enter', [profile])).last).toMatchObject({ already: true });
    expect(await stopIn('compare', levitate.start('flash', [image]))).toMatchObject({
      exit: 5,
      last: { hint: expect.stringMatching(/^Nothing was written\. .*same command/) as string },
    });
    expect((await levitate.status()).maintenance).toMatchObject({ touched: false, lease: null });
    // Once it was told to leave, the device is on its way; before that, it stays.
    const leaving = await stopIn('leave', levitate.start('leave'));
    expect([5, 6]).toContain(leaving.exit);
    if (leaving.exit === 5) await levitate.run('leave');
    await levitate.device.waitForSsh({ notBootId: before });
    expect((await levitate.status()).where).toBe('normal');
  },
);

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
  // The same command again waits on, and does not tell a device twice.
  const left = await levitate.run('leave');
  expect(left).toMatchObject({ exit: 0, last: { type: 'result', isNew: false } });
  expect(left.last['bootId']).not.toBe(before);
  expect((await levitate.status()).where).toBe('normal');
  expect(await levitate.run('leave')).toMatchObject({ last: { code: 'NOT_IN_MAINTENANCE' } });
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
