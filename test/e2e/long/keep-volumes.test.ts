/**
 * A whole UBI layout is written, and a volume of it keeps what it holds: through a kill of levitate while the layout is written and
 * while the volume is put back, through a power cut between the two, and where the new layout lacks the volume.
 */
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { volumesFolder } from '../../../src/device/kept-volumes.js';
import { deviceArtifacts } from '../../lab/index.js';
import { deviceTest } from '../device-test.js';
import type { Levitate } from '../levitate.js';
import { minutes, wrote, type Line } from '../lines.js';

const mib = 1024 * 1024;
const { v1, v2 } = await deviceArtifacts('router-ubi');
const test = deviceTest('router-ubi', { scope: 'file' });

const keeping = (levitate: Levitate, keep = ['data']): Promise<string> =>
  levitate.profile({ 'flash.targets.layout': { ubi: { mtd: 'ubi' }, keep } });

/** Whether volumes lie on this machine. */
function isSaved({ stateHome, host }: Levitate): boolean {
  const before = process.env['XDG_STATE_HOME'];
  process.env['XDG_STATE_HOME'] = stateHome;
  const folder = volumesFolder(host, 'layout');
  if (before === undefined) delete process.env['XDG_STATE_HOME'];
  else process.env['XDG_STATE_HOME'] = before;
  return existsSync(folder);
}

/** What the system and its volume say of themselves. */
const look = ({ device }: Levitate): Promise<string> =>
  device.sh('cat /etc/build-id /data/data-id /data/note');

/** The volume is being put back. */
const puttingBack = (line: Line): boolean =>
  line.type === 'phase' && line.phase === 'write' && line['subject'] === 'layout data';

const whole = {
  exit: 0,
  last: {
    type: 'result',
    targets: [{ target: 'layout', keptVolumes: ['data'], counters: { lost: 0, reset: 0 } }],
  },
};
const waits = { keptVolumes: [{ target: 'layout', volumes: ['data'] }] };

test(
  'killed while the layout is written, and while the volume is put back: the same command ends it',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const { device } = levitate;
    await device.sh('echo mine >/data/note; sync');
    const { proxy, sshConfig } = await levitate.link();
    await levitate.enter(await keeping(levitate), sshConfig);
    const planned = await levitate.run('flash', [`layout=${v2.ubi}`, '--dry-run']);
    expect(planned.exit).toBe(0);
    expect(JSON.stringify(planned.last)).toMatch(/"do":"save","volume":"data".*"do":"restore"/);
    expect(JSON.stringify(planned.last)).toContain('the only copy');
    expect(isSaved(levitate)).toBe(false);

    for (const stage of [wrote(3 * mib), puttingBack]) {
      proxy.throttle(mib);
      const flashing = levitate.start('flash', [`layout=${v2.ubi}`], sshConfig);
      await flashing.until(stage);
      flashing.signal('SIGKILL');
      await flashing.ended;
      proxy.throttle();
      expect(await levitate.status()).toMatchObject({
        where: 'maintenance',
        maintenance: { touched: true, targets: { 'ubi-ubi': 'touched' } },
        ...waits,
      });
      const left = await levitate.run('leave');
      expect(left).toMatchObject({ exit: 5, last: { code: 'LEAVE_REFUSED' } });
      expect(left.last['hint']).toContain('What data held is on this machine');
    }
    expect(await levitate.run('flash', [`layout=${v2.ubi}`])).toMatchObject(whole);
    expect(await levitate.status()).not.toHaveProperty('keptVolumes');
    expect(await levitate.run('leave', ['--expect-build', 'router-ubi 2'])).toMatchObject({
      exit: 0,
    });
    expect(await look(levitate)).toBe('router-ubi 2\ndata 1\nmine');
    expect(isSaved(levitate)).toBe(false);
  },
);

test(
  'a power cut before the volume is back: the new system starts without, and the same command ends it',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const { device } = levitate;
    await device.sh('echo mine >/data/note; sync');
    const deploying = levitate.start('deploy', [await keeping(levitate), `layout=${v1.ubi}`]);
    await deploying.until(puttingBack);
    await device.cut();
    deploying.signal('SIGKILL');
    await deploying.ended;
    await device.start();
    expect(await levitate.status()).toMatchObject({ where: 'normal', ...waits });
    await device.sh('echo other >/data/note; sync').catch(() => undefined);
    const again = await levitate.run('deploy', [await keeping(levitate), `layout=${v1.ubi}`]);
    expect(again.last).toMatchObject({ type: 'result' });
    expect(again.exit).toBe(0);
    expect(await look(levitate)).toBe('router-ubi 1\ndata 1\nmine');
    expect(isSaved(levitate)).toBe(false);
  },
);

test(
  'a layout that lacks the volume gets it, where there is room; else it is refused with the numbers',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    await levitate.device.sh('echo mine >/data/note; sync');
    const folder = await levitate.folder();
    const image = join(folder, 'fewer.ubi');
    /** A layout of one volume of so many MiB. */
    const make = async (size: number): Promise<void> => {
      const volume = ['[v]', 'mode=ubi', `image=${v2.rootfs}`, 'vol_id=0', 'vol_type=dynamic'];
      await writeFile(
        join(folder, 'cfg'),
        [...volume, 'vol_name=rootfs', `vol_size=${size}MiB`, ''].join('\n'),
      );
      await execa('ubinize', ['-o', image, '-p', '128KiB', '-m', '1', join(folder, 'cfg')]);
    };
    const profile = await keeping(levitate, ['data', 'absent']);
    await make(44);
    const refused = await levitate.run('deploy', [profile, `layout=${image}`]);
    expect(refused).toMatchObject({ exit: 3, last: { code: 'KEEP_REFUSED' } });
    expect(refused.last.message).toMatch(/are left of 48 that are needed/);
    expect(await levitate.status()).toMatchObject({ where: 'normal' });

    await make(20);
    const deployed = await levitate.run('deploy', [profile, `layout=${image}`]);
    expect(deployed.last).toMatchObject({ type: 'result' });
    expect(deployed.exit).toBe(0);
    expect(await look(levitate)).toBe('router-ubi 2\ndata 1\nmine');
    expect(await levitate.device.sh('cat /sys/class/ubi/ubi0_*/name')).toBe('rootfs\ndata');
  },
);
