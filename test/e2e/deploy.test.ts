/** The whole way on both devices, by the API: old system → maintenance → new system, confirmed. */
import { afterEach, expect } from 'vitest';
import {
  deploy,
  deployImage,
  status,
  type DeployResult,
  type OverwritePlan,
  type Progress,
  type Run,
} from '../../src/index.js';
import { compressed, deviceArtifacts } from '../lab/index.js';
import { deviceTest } from './device-test.js';
import type { Levitate } from './levitate.js';
import { minutes } from './lines.js';

afterEach(() => {
  delete process.env['XDG_STATE_HOME'];
});

/** Has the second build deployed to a device that runs the first, and gives what was told and what came of it. */
async function reimage(
  { device, stateHome }: Levitate,
  job: (
    common: { host: string; sshConfig: string; expectBuild: string },
    run: Run,
  ) => Promise<DeployResult>,
) {
  const { name, host, sshConfig } = device;
  process.env['XDG_STATE_HOME'] = stateHome;
  const oldBootId = await device.bootId();
  const events: Progress[] = [];
  const result = await job(
    { host, sshConfig, expectBuild: `${name} 2` },
    { onProgress: (event) => events.push(event) },
  );
  const where = await status({ host, sshConfig });
  const build = await device.sh('cat /etc/build-id');
  return { events, result, where, build, oldBootId, bootId: await device.bootId() };
}

/** Profile, image and connection are had once, and the device is proven to be off its flash once. */
function isOneJourney(events: Progress[]): void {
  const debug = events.flatMap((event) => (event.type === 'debug' ? [event.message] : []));
  const count = (pattern: RegExp) => debug.filter((message) => pattern.test(message)).length;
  expect(count(/^loaded the profile /)).toBe(1);
  expect(count(/flasher profile/)).toBe(0);
  expect(count(/^connected: maintenance /)).toBe(1);
  const of = (phase: string) => (event: Progress) =>
    event.type === 'phase' && event.state === 'start' && event.phase === phase;
  expect(events.filter(of('image'))).toHaveLength(1);
  const status = (event: Progress) =>
    event.type === 'debug' && event.message.includes(': flasher status: ');
  expect(events.findIndex(status)).toBeGreaterThan(events.findIndex(of('release')));
  expect(events.findLastIndex(status)).toBeLessThan(events.findIndex(of('compare')));
}

const router = deviceTest('router-ubi');
router(
  'a new UBI layout alone finds its place on the router, and every erase counter is kept',
  { timeout: minutes(5) },
  async ({ levitate }) => {
    const { v2 } = await deviceArtifacts('router-ubi');
    const image = await compressed(v2.ubi, 'gz');
    const asked: OverwritePlan[] = [];
    const confirm = async (plan: OverwritePlan) => asked.push(plan) > 0;
    const done = await reimage(levitate, (common, run) =>
      deployImage({ ...common, image, confirm }, run),
    );
    expect(asked).toMatchObject([
      {
        state: 'normal',
        writes: [
          {
            target: 'layout',
            mounted: ['/', '/data'],
            lost: [expect.stringContaining('rootfs, data')],
          },
        ],
      },
    ]);
    expect(done.build).toBe('router-ubi 2');
    expect(done.bootId).not.toBe(done.oldBootId);
    expect(done.result.leave).toMatchObject({
      isNew: true,
      build: 'router-ubi 2',
      bootId: done.bootId,
    });
    expect(done.where).toMatchObject({ where: 'normal', bootId: done.bootId });
    isOneJourney(done.events);
    const counters = done.result.flash?.targets[0]?.counters;
    expect(counters?.lost).toBe(0);
    expect(counters?.before.valid).toBe(384);
    expect(counters?.after.valid).toBe(384);
    expect(counters?.after.lowest).toBeGreaterThan(counters?.before.lowest ?? Infinity);
  },
);

const sbc = deviceTest('sbc-systemd');
sbc(
  'a new disk image on the sbc, and only what differs is sent',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    const { v2 } = await deviceArtifacts('sbc-systemd');
    const images = { disk: await compressed(v2.disk, 'zst') };
    const profile = 'profiles/sbc-systemd.yaml';
    const done = await reimage(levitate, (common, run) =>
      deploy({ ...common, profile, images }, run),
    );
    expect(done.build).toBe('sbc-systemd 2');
    expect(done.bootId).not.toBe(done.oldBootId);
    expect(done.where).toMatchObject({ where: 'normal', bootId: done.bootId });
    isOneJourney(done.events);
    const disk = done.result.flash?.targets[0];
    expect(disk?.sentBytes).toBeGreaterThan(0);
    expect(disk?.sentBytes).toBeLessThan(disk?.imageBytes ?? 0);
    const begun = (events: Progress[]) =>
      events.flatMap((event) =>
        event.type === 'phase' && event.state === 'start' ? [event.phase] : [],
      );
    const order = begun(done.events);
    // What was told to be ahead is what came.
    const ahead = done.events.flatMap((event, at) =>
      event.type === 'ahead'
        ? [{ told: event.phases.map(({ phase }) => phase), came: begun(done.events.slice(at)) }]
        : [],
    );
    expect(ahead).toHaveLength(2);
    for (const { told, came } of ahead) expect(told).toEqual(came);
    expect(order.indexOf('image')).toBeLessThan(order.indexOf('facts'));
    expect(order.slice(-5)).toEqual(['compare', 'write', 'verify', 'leave', 'confirm']);
  },
);
