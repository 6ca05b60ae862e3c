/** A flash that is cut off, killed or stopped half-way is carried on. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectMaintenance } from '../../src/device/connect.js';
import { takeLease } from '../../src/device/flasher.js';
import { loadSession } from '../../src/device/session.js';
import { deviceArtifacts, type Proxy } from '../lab/index.js';
import { Bench, minutes, wrote, type Ended } from './help.js';

const mib = 1024 * 1024;
let bench: Bench;
let proxy: Proxy;
let layout: string;
beforeEach(async () => {
  bench = await Bench.at('router-ubi');
  const link = await bench.link();
  proxy = link.proxy;
  layout = `layout=${(await deviceArtifacts('router-ubi')).v2.ubi}`;
  await bench.enter(await bench.profile(), link.sshConfig);
}, minutes(10));
afterEach(() => bench.close());

/** Starts the flash over a slow link, and waits until it is well under way. */
async function slowFlash() {
  proxy.throttle(mib);
  const flashing = bench.remote('flash', [layout]);
  await flashing.until(wrote(3 * mib));
  return flashing;
}

async function leavesInNewSystem(): Promise<void> {
  expect(await bench.levitate('leave', ['--expect-build', 'router-ubi 2'])).toMatchObject({
    exit: 0,
    last: { type: 'result', isNew: true },
  });
  expect(await bench.device.sh('cat /etc/build-id /data/data-id')).toBe('router-ubi 2\ndata 2');
}

/** The same again: nothing is sent, and no eraseblock is erased. */
async function isThere(): Promise<void> {
  const { exit, last } = await bench.levitate('flash', [layout]);
  expect(last).toMatchObject({ type: 'result', targets: [{ target: 'layout', sentBytes: 0 }] });
  expect(exit).toBe(0);
  const counters = last.targets?.[0]?.counters as { before?: unknown; after?: unknown } | undefined;
  expect(counters?.after).toEqual(counters?.before);
}

function expectResumed({ exit, last }: Ended): void {
  expect(last).toMatchObject({
    type: 'result',
    targets: [{ target: 'layout', resumed: true, counters: { lost: 0 } }],
  });
  expect(exit).toBe(0);
}

test(
  'the link is cut while streaming: the same command carries on',
  { timeout: minutes(10) },
  async () => {
    const flashing = await slowFlash();
    proxy.cut();
    proxy.throttle();
    expectResumed(await flashing.ended);
    await isThere();
    await leavesInNewSystem();
  },
);

test(
  'killed while streaming: status tells, and the command again carries on',
  { timeout: minutes(10) },
  async () => {
    const flashing = await slowFlash();
    flashing.signal('SIGKILL');
    await flashing.ended;
    proxy.throttle();
    const status = await bench.status();
    expect(status).toMatchObject({ where: 'maintenance', maintenance: { touched: true } });
    expect(status.maintenance?.writer?.next).toBeGreaterThanOrEqual(3);
    expect(await bench.levitate('leave')).toMatchObject({
      exit: 5,
      last: { code: 'LEAVE_REFUSED' },
    });
    expectResumed(await bench.levitate('flash', [layout]));
    await leavesInNewSystem();
  },
);

test(
  'Ctrl-C while streaming: exit 5, and the command again carries on',
  { timeout: minutes(10) },
  async () => {
    const flashing = await slowFlash();
    flashing.signal('SIGINT');
    expect(await flashing.ended).toMatchObject({
      exit: 5,
      last: { type: 'error', code: 'INTERRUPTED_IN_MAINTENANCE' },
    });
    proxy.throttle();
    expect(await bench.status()).toMatchObject({ maintenance: { touched: true } });
    expectResumed(await bench.levitate('flash', [layout]));
    await leavesInNewSystem();
  },
);

test('a second writer is refused, and told who writes', { timeout: minutes(10) }, async () => {
  process.env['XDG_STATE_HOME'] = `${bench.dir}/state`;
  const session = await loadSession(bench.host);
  const transport = await connectMaintenance(session!);
  const lease = await takeLease(transport, 'ann@elsewhere');
  const { exit, last } = await bench.levitate('flash', [layout]);
  expect(last).toMatchObject({ type: 'error', code: 'LEASE_HELD' });
  expect(last.message).toContain('ann@elsewhere');
  expect(exit).toBe(3);
  expect(await bench.status()).toMatchObject({
    maintenance: { touched: false, lease: { owner: 'ann@elsewhere' } },
  });
  await lease.release();
  await transport.close();
  expect(await bench.levitate('leave')).toMatchObject({ exit: 0, last: { isNew: false } });
});

test(
  'asleep while somebody else writes: it wakes, and writes nothing more',
  { timeout: minutes(15) },
  async () => {
    const sleeper = await slowFlash();
    sleeper.signal('SIGSTOP');
    proxy.throttle();
    const other = `layout=${(await deviceArtifacts('router-ubi')).v1.ubi}`;
    expect(await bench.levitate('flash', [other])).toMatchObject({
      exit: 0,
      last: { type: 'result', targets: [{ target: 'layout', resumed: false }] },
    });
    sleeper.signal('SIGCONT');
    const { exit, last } = await sleeper.ended;
    expect(last).toMatchObject({ type: 'error', code: 'LEASE_LOST' });
    expect(last.message).toMatch(/lease \d+ was lost to \S+@\S+, who came \d+ seconds ago/);
    expect(exit).toBe(5);
    expect(await bench.status()).toMatchObject({
      maintenance: { lease: null, writer: null, targets: { 'ubi-ubi': 'verified' } },
    });
    // With no byte free in /run either, the way out is open.
    process.env['XDG_STATE_HOME'] = `${bench.dir}/state`;
    const transport = await connectMaintenance((await loadSession(bench.host))!);
    const full = await transport.exec(
      'mount -o remount,size=128k /run; cat /dev/zero >/run/full; echo more >/run/more',
    );
    await transport.close();
    expect(full.stderr).toMatch(/No space left on device/);
    expect(await bench.levitate('leave', ['--expect-build', 'router-ubi 1'])).toMatchObject({
      exit: 0,
      last: { type: 'result', isNew: true },
    });
  },
);
