/** The main job on both devices: old system → maintenance → new system, confirmed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deploy, status, type Progress } from '../../src/index.js';
import { bootDevice, compressed, deviceArtifacts, type DeviceName } from '../lab/index.js';

const minutes = (count: number) => count * 60_000;
let state: string;

beforeEach(async () => {
  state = await mkdtemp(path.join(tmpdir(), 'levitate-state-'));
  process.env['XDG_STATE_HOME'] = state;
});
afterEach(async () => {
  delete process.env['XDG_STATE_HOME'];
  await rm(state, { recursive: true, force: true });
});

/** Deploys the second build to a device that runs the first, and gives what was told and what came of it. */
async function reimage(name: DeviceName, target: string, image: string) {
  const device = await bootDevice(name);
  try {
    const oldBootId = await device.bootId();
    const events: Progress[] = [];
    const result = await deploy(
      {
        profile: `profiles/${name}.yaml`,
        host: device.host,
        sshConfig: device.sshConfig,
        images: { [target]: image },
        expectBuild: `${name} 2`,
      },
      (event) => events.push(event),
    );
    const where = await status({ host: device.host, sshConfig: device.sshConfig });
    const build = await device.sh('cat /etc/build-id');
    return { events, result, where, build, oldBootId, bootId: await device.bootId() };
  } finally {
    await device.stop();
  }
}

describe('levitate deploy', () => {
  it(
    'puts a new UBI layout onto the router and keeps every erase counter',
    { timeout: minutes(15) },
    async () => {
      const { v2 } = await deviceArtifacts('router-ubi');
      const done = await reimage('router-ubi', 'layout', await compressed(v2.ubi, 'gz'));
      expect(done.build).toBe('router-ubi 2');
      expect(done.bootId).not.toBe(done.oldBootId);
      expect(done.result.leave).toMatchObject({
        isNew: true,
        build: 'router-ubi 2',
        bootId: done.bootId,
      });
      expect(done.where).toMatchObject({ where: 'normal', bootId: done.bootId });
      const counters = done.result.flash?.targets[0]?.counters;
      expect(counters?.lost).toBe(0);
      expect(counters?.before.valid).toBe(384);
      expect(counters?.after.valid).toBe(384);
      expect(counters?.after.lowest).toBeGreaterThan(counters?.before.lowest ?? Infinity);
    },
  );

  it(
    'puts a new disk image onto the sbc, sending only what differs',
    { timeout: minutes(20) },
    async () => {
      const { v2 } = await deviceArtifacts('sbc-systemd');
      const done = await reimage('sbc-systemd', 'disk', await compressed(v2.disk, 'zst'));
      expect(done.build).toBe('sbc-systemd 2');
      expect(done.bootId).not.toBe(done.oldBootId);
      expect(done.where).toMatchObject({ where: 'normal', bootId: done.bootId });
      const disk = done.result.flash?.targets[0];
      expect(disk?.sentBytes).toBeGreaterThan(0);
      expect(disk?.sentBytes).toBeLessThan(disk?.imageBytes ?? 0);
      const order = done.events.flatMap((event) =>
        event.type === 'phase' && event.state === 'start' ? [event.phase] : [],
      );
      expect(order.indexOf('image')).toBeLessThan(order.indexOf('facts'));
      expect(order.slice(-5)).toEqual(['compare', 'write', 'verify', 'leave', 'confirm']);
    },
  );
});
