/** A flash that is cut off, killed or stopped half-way is carried on. */
import { afterAll, expect } from 'vitest';
import { connectMaintenance } from '../../src/device/connect.js';
import { takeLease } from '../../src/device/flasher.js';
import { loadSession } from '../../src/device/session.js';
import { deviceArtifacts, type Proxy } from '../lab/index.js';
import type { Command } from './command.js';
import { deviceTest } from './device-test.js';
import type { Levitate } from './levitate.js';
import { minutes, wrote, type Ended } from './lines.js';

const mib = 1024 * 1024;
const { v1, v2 } = await deviceArtifacts('router-ubi');
const first = `layout=${v1.ubi}`;
const second = `layout=${v2.ubi}`;
afterAll(() => void delete process.env['XDG_STATE_HOME']);

// Maintenance, entered over a link that the tests cut or slow down; each goes on from where the one before has come to.
const test = deviceTest('router-ubi', { scope: 'file' }).extend(
  'proxy',
  { scope: 'file', auto: true },
  async ({ levitate }) => {
    const { proxy, sshConfig } = await levitate.link();
    await levitate.enter(await levitate.profile(), sshConfig);
    return proxy;
  },
);

/** Starts the flash over a slow link, and waits until it is well under way. */
async function slowFlash(levitate: Levitate, proxy: Proxy, layout: string): Promise<Command> {
  proxy.throttle(mib);
  const flashing = levitate.start('flash', [layout]);
  await flashing.until(wrote(3 * mib));
  return flashing;
}

/** The same again: nothing is sent, and no eraseblock is erased. */
async function isThere(levitate: Levitate, layout: string): Promise<void> {
  const { exit, last } = await levitate.run('flash', [layout]);
  expect(last).toMatchObject({ type: 'result', targets: [{ target: 'layout', sentBytes: 0 }] });
  expect(exit).toBe(0);
  const counters = last.targets?.[0]?.counters as { before?: unknown; after?: unknown } | undefined;
  expect(counters?.after).toEqual(counters?.before);
}

/** Carried on and verified: each byte was read back. */
async function expectResumed({ device }: Levitate, { exit, last }: Ended): Promise<void> {
  expect(last).toMatchObject({
    type: 'result',
    targets: [{ target: 'layout', resumed: true, counters: { lost: 0 } }],
  });
  expect(exit).toBe(0);
  expect(await device.sh('cat /run/levitate/targets/ubi-ubi')).toBe('verified');
}

test(
  'a second writer is refused, and told who writes',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    process.env['XDG_STATE_HOME'] = levitate.stateHome;
    const session = await loadSession(levitate.host);
    const transport = await connectMaintenance(session!);
    const lease = await takeLease(transport, 'ann@elsewhere');
    const { exit, last } = await levitate.run('flash', [second]);
    expect(last).toMatchObject({ type: 'error', code: 'LEASE_HELD' });
    expect(last).toMatchObject({ data: { owner: 'ann@elsewhere' } });
    expect(exit).toBe(3);
    expect(await levitate.status()).toMatchObject({
      maintenance: { touched: false, lease: { owner: 'ann@elsewhere' } },
    });
    await lease.release();
    await transport.close();
  },
);

test(
  'killed while streaming: status tells, and the command again carries on',
  { timeout: minutes(10) },
  async ({ levitate, proxy }) => {
    const flashing = await slowFlash(levitate, proxy, second);
    flashing.signal('SIGKILL');
    await flashing.ended;
    proxy.throttle();
    const status = await levitate.status();
    expect(status).toMatchObject({ where: 'maintenance', maintenance: { touched: true } });
    expect(status.maintenance?.writer?.next).toBeGreaterThanOrEqual(3);
    expect(await levitate.run('leave')).toMatchObject({
      exit: 5,
      last: { code: 'LEAVE_REFUSED' },
    });
    await expectResumed(levitate, await levitate.run('flash', [second]));
  },
);

test(
  'the link is cut while streaming: the same command carries on',
  { timeout: minutes(10) },
  async ({ levitate, proxy }) => {
    const flashing = await slowFlash(levitate, proxy, first);
    proxy.cut();
    proxy.throttle();
    await expectResumed(levitate, await flashing.ended);
    await isThere(levitate, first);
  },
);

test(
  'Ctrl-C while streaming: exit 5, and the command again carries on',
  { timeout: minutes(10) },
  async ({ levitate, proxy }) => {
    const flashing = await slowFlash(levitate, proxy, second);
    flashing.signal('SIGINT');
    expect(await flashing.ended).toMatchObject({
      exit: 5,
      last: { type: 'error', code: 'INTERRUPTED_IN_MAINTENANCE' },
    });
    proxy.throttle();
    expect(await levitate.status()).toMatchObject({
      maintenance: { touched: true, targets: { 'ubi-ubi': 'touched' } },
    });
    await expectResumed(levitate, await levitate.run('flash', [second]));
  },
);

test(
  'asleep while somebody else writes: it wakes, and writes nothing more',
  { timeout: minutes(15) },
  async ({ levitate, proxy }) => {
    const sleeper = await slowFlash(levitate, proxy, first);
    sleeper.signal('SIGSTOP');
    proxy.throttle();
    expect(await levitate.run('flash', [second])).toMatchObject({
      exit: 0,
      last: { type: 'result', targets: [{ target: 'layout', resumed: false }] },
    });
    sleeper.signal('SIGCONT');
    const { exit, last } = await sleeper.ended;
    expect(last).toMatchObject({ type: 'error', code: 'LEASE_LOST' });
    expect(last.message).toMatch(/lease \d+ was lost to \S+@\S+, who came \d+ seconds ago/);
    expect(exit).toBe(6);
    expect(await levitate.status()).toMatchObject({
      maintenance: { lease: null, writer: null, targets: { 'ubi-ubi': 'verified' } },
    });
  },
);

test(
  'with no byte free in /run either, the way out is open, and leads into what was written last',
  { timeout: minutes(10) },
  async ({ levitate }) => {
    process.env['XDG_STATE_HOME'] = levitate.stateHome;
    const transport = await connectMaintenance((await loadSession(levitate.host))!);
    const full = await transport.exec(
      'mount -o remount,size=128k /run; cat /dev/zero >/run/full; echo more >/run/more',
    );
    await transport.close();
    expect(full.stderr).toMatch(/No space left on device/);
    expect(await levitate.run('leave', ['--expect-build', 'router-ubi 2'])).toMatchObject({
      exit: 0,
      last: { type: 'result', isNew: true },
    });
    expect(await levitate.device.sh('cat /etc/build-id /data/data-id')).toBe(
      'router-ubi 2\ndata 2',
    );
  },
);
