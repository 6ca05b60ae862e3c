/** The whole way on both devices, by the API: old system → maintenance → new system, confirmed. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
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
  'a new UBI layout alone finds its place on the router once its writer may write, and every erase counter is kept',
  { timeout: minutes(8) },
  async ({ levitate }) => {
    const { v2 } = await deviceArtifacts('router-ubi');
    const image = await compressed(v2.ubi, 'gz');
    const asked: OverwritePlan[] = [];
    const confirm = async (plan: OverwritePlan) => asked.push(plan) > 0;
    // Stopped at the last moment, it comes back as it was.
    const stop = new Error('the rollout was stopped');
    const bootId = await levitate.device.bootId();
    await expect(
      reimage(levitate, (common, run) =>
        deployImage({ ...common, image, beforeWrite: () => Promise.reject(stop) }, run),
      ),
    ).rejects.toBe(stop);
    expect(await levitate.device.sh('cat /etc/build-id')).toBe('router-ubi 1');
    expect(await levitate.device.bootId()).not.toBe(bootId);
    const seen: { lease: unknown; begun: boolean }[] = [];
    const done = await reimage(levitate, (common, run) => {
      let begun = false;
      const watched: Run = {
        onProgress: (event) => {
          begun ||= event.type === 'phase' && event.phase === 'write';
          run.onProgress?.(event);
        },
      };
      const beforeWrite = async () => {
        const { maintenance } = await status(common);
        seen.push({ lease: maintenance?.lease?.owner, begun });
      };
      const leaseOwner = 'hall/v2/1';
      return deployImage({ ...common, image, confirm, leaseOwner, beforeWrite }, watched);
    });
    expect(seen).toEqual([{ lease: 'hall/v2/1', begun: false }]);
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
/** Files of every kind in the old system; perl has the calls for attributes, for which the device has no program (setxattr is 188). */
const keptFiles = String.raw`
  set -e
  mkdir -p '/srv/to keep/deep'
  cd '/srv/to keep'
  odd=$(printf 'two\nlines')
  printf 'of uid 1000' >"$odd"
  perl -e '($f, $n, $v) = ($ARGV[0], "user.note", "hello"); syscall(188, $f, $n, $v, 5, 0) == 0 or die $!' "$odd"
  chown -h 1000:1000 "$odd"
  echo secret >deep/key && chmod 600 deep/key && ln deep/key again && ln -s /no/where link
  touch -d '2020-01-02 03:04:05 UTC' deep/key && chmod 2710 deep
  echo kept-name >/etc/hostname`;

/** What is to be known of them in the new one (getxattr is 191). */
const keptNow = String.raw`
  cd '/srv/to keep'
  odd=$(printf 'two\nlines')
  find . -printf '%P|%y|%m|%U|%l|%s\0' | sort -z | tr '\0\n' ' /'; echo
  perl -e '($f, $n, $v) = ($ARGV[0], "user.note", "." x 9); print substr($v, 0, syscall(191, $f, $n, $v, 9)), "\n"' "$odd"
  stat -c '%Y %h' deep/key; [ deep/key -ef again ] && cat "$odd" again /etc/hostname`;

sbc(
  'a new disk image on the sbc, only what differs is sent, and what is to be kept is there',
  { timeout: minutes(15) },
  async ({ levitate }) => {
    const { v2 } = await deviceArtifacts('sbc-systemd');
    const images = { disk: await compressed(v2.disk, 'zst') };
    await levitate.device.sh(keptFiles);
    const kept = await levitate.device.sh(keptNow);
    const say = 'echo "$LEVITATE_HOST $LEVITATE_PROFILE $LEVITATE_FLASHED"; ls -d /run/levitate';
    const command = { run: ['sh', '-c', `${say}; true`] };
    const profile = await levitate.profile({
      'flash.keep': {
        paths: ['/srv/to keep', '/etc/hostname', '/etc/no such file'],
        into: 'disk',
        within: 'root',
      },
      commands: { 'before-enter': [command], 'after-flash': [command] },
    });
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
    const last = ['compare', 'write', 'verify', 'keep', 'command', 'leave', 'confirm'];
    expect(order.slice(-last.length)).toEqual(last);
    expect(kept).toMatch(/two\/lines\|f\|644\|1000\|.*\nhello\n1577934245 2\n/);
    expect(await levitate.device.sh(keptNow)).toBe(kept);
    const told = done.events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
    expect(told).toContain('keep: /etc/no such file is not on the device.');
    expect(told.filter((text) => /^(before-enter|after-flash): /.test(text))).toEqual([
      'before-enter: sbc-systemd sbc-systemd disk',
      expect.stringMatching(/^before-enter: ls: /),
      'after-flash: sbc-systemd sbc-systemd disk',
      'after-flash: /run/levitate',
    ]);
    // Nothing of the device stays on this machine.
    expect(await readdir(join(levitate.stateHome, 'levitate/kept'))).toEqual([]);
  },
);
