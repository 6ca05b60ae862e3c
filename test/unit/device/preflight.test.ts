import { describe, expect, it } from 'vitest';
import type { Facts, WatchdogFact } from '../../../src/device/facts.js';
import { takesOwnKeys } from '../../../src/device/login-checks.js';
import { preflight, type EnterNeed, type NotRoot } from '../../../src/device/preflight.js';
import type { Profile } from '../../../src/profile/profile.js';
import type { Architecture } from '../../../src/profile/schema.js';
import { normalised } from '../profiles.js';
import { factsOf } from './told.js';

const mib = 1024 * 1024;
const good: Facts = {
  ...factsOf('levitate-facts=1\nend=yes'),
  uid: 0,
  machine: 'x86_64',
  compatible: ['acme,ap-2'],
  init: 'systemd',
  initProgram: '/usr/lib/systemd/systemd',
  initRoot: '/run/initramfs',
  memoryAvailable: 100 * mib,
  way: { links: ['eth0'], loops: '', ends: '', wifi: '' },
  keyFiles: [{ path: '/root/.ssh/authorized_keys', keys: 1 }],
};

/** What a root needs that brings nothing along. */
const needing = (profile = normalised(), ownKeys: string[] = []): EnterNeed => ({
  profile,
  modules: [],
  programs: [],
  rootBytes: 0,
  workingBytes: 0,
  ownKeys,
});

const verdicts = (facts: Facts, profile = normalised()) =>
  Object.fromEntries(
    preflight(facts, {
      ...needing(profile),
      rootBytes: 10 * mib,
      workingBytes: 10 * mib,
    }).map((check) => [check.name, check.verdict]),
  );

describe('preflight', () => {
  it('lets a fitting device pass', () => {
    expect(Object.values(verdicts(good))).not.toContain('refusal');
  });

  it.each<[string, Partial<Facts>]>([
    ['root', { uid: 1000 }],
    ['architecture', { machine: 'aarch64' }],
    ['init', { init: 'unknown' }],
    ['hook', { initRefusals: ['/run/initramfs is already used'] }],
    ['memory', { memoryAvailable: 27 * mib }],
    ['memory', { memoryAvailable: undefined }],
    ['device', { container: ['container=lxc in the environment of PID 1'] }],
    ['tools', { missing: ['mount'] }],
    ['state', { state: 'maintenance' }],
  ])('refuses by the check %s', (name, change) => {
    expect(verdicts({ ...good, ...change })[name]).toBe('refusal');
  });

  it('says why a login is not root, and what helps where that is known', () => {
    const row = (notRoot?: NotRoot[]) =>
      preflight({ ...good, uid: 1000 }, { ...needing(), notRoot })[0];
    expect(row()).toMatchObject({
      found: 'the login has user id 1000',
      advice: expect.stringMatching(/^Log in as root/) as string,
    });
    const sudo = { why: 'sudo: sorry, you must have a tty to run sudo', advice: 'Lend it one.' };
    expect(row([sudo, { why: 'doas: no' }])).toMatchObject({
      found: 'the login has user id 1000; sudo: sorry, you must have a tty to run sudo; doas: no',
      advice: 'Lend it one.',
    });
  });

  it('counts root, work and reserve against what is available, to the byte', () => {
    expect(verdicts({ ...good, memoryAvailable: 28 * mib })['memory']).toBe('ok');
    expect(verdicts({ ...good, memoryAvailable: 28 * mib - 1 })['memory']).toBe('refusal');
  });

  it('says which way is taken where an init has several', () => {
    const found = ({ initWay = '' }: Partial<Facts>) =>
      preflight({ ...good, initWay }, needing()).find(({ name }) => name === 'hook')?.found;
    expect(found({})).toBe('will be staged on /run/initramfs');
    expect(found({ initWay: 'by another way' })).toBe(
      'will be staged on /run/initramfs; by another way',
    );
  });

  it('refuses every board that the profile does not name', () => {
    expect(verdicts(good, { ...normalised(), compatible: ['acme,ap-3'] })['board']).toBe('refusal');
    expect(verdicts(good, { ...normalised(), compatible: ['acme,ap-2'] })['board']).toBe('ok');
  });

  it.each<[Architecture, string, Facts['byteOrder'], 'ok' | 'refusal']>([
    ['mips', 'mips', 'big', 'ok'],
    ['mips', 'mips', 'little', 'refusal'],
    ['mipsel', 'mips', 'big', 'refusal'],
    ['mipsel', 'mips', undefined, 'ok'],
    ['mips', 'mips64', 'big', 'ok'],
    ['mips64', 'mips64', 'big', 'ok'],
    ['mips64', 'mips', 'big', 'refusal'],
    ['mips64el', 'mips64', 'big', 'refusal'],
    ['armv5', 'armv5tejl', 'little', 'ok'],
    ['armv5', 'armv7l', 'little', 'ok'],
    ['armv5', 'armv5teb', 'big', 'refusal'],
    ['armv7', 'armv6l', 'little', 'refusal'],
    ['riscv64', 'riscv64', 'little', 'ok'],
  ])('of a profile for %s and a device of %s, %s-endian', (arch, machine, byteOrder, verdict) => {
    const device = { ...good, machine, byteOrder };
    expect(verdicts(device, { ...normalised(), arch })['architecture']).toBe(verdict);
  });

  it.each<[string, Partial<WatchdogFact>, 'ok' | 'warning', RegExp]>([
    ['off', { state: 'inactive', feeder: undefined }, 'ok', /^none is running/],
    ['fed', {}, 'ok', /^watchdog0 \(x, 30 s, fed by vendord \(pid 12\)\); taken over/],
    ['of an old driver', { state: '', timeout: '' }, 'ok', /fed by vendord/],
    ['fed by nobody', { feeder: undefined }, 'warning', /fed by nobody/],
    ['short', { timeout: '9', nowayout: true }, 'warning', /9 s, nowayout/],
    ['short, of PID 1', { timeout: '9', feeder: { pid: 1, name: 'procd' } }, 'ok', /procd/],
  ])('says of a watchdog what feeds it: %s', (_, change, verdict, found) => {
    const dog: WatchdogFact = {
      ...{ device: 'watchdog0', state: 'active', timeout: '30', nowayout: false, identity: 'x' },
      ...{ feeder: { pid: 12, name: 'vendord' } },
      ...change,
    };
    const row = preflight({ ...good, watchdogs: [dog] }, needing()).find(
      ({ name }) => name === 'watchdog',
    );
    expect(row).toMatchObject({ verdict, found: expect.stringMatching(found) as string });
  });

  const check = (name: string, facts: Facts, profile = normalised(), ownKeys: string[] = []) =>
    preflight(facts, needing(profile, ownKeys)).find((row) => row.name === name);

  it('says what gives a container away', () => {
    const container = ['/.dockerenv', 'a PID namespace of its own: pid:[4026532200]'];
    expect(check('device', { ...good, container })?.found).toContain(container.join('; '));
  });

  const dhcp = { ...normalised().services, network: 'dhcp' as const };
  const wifi = { interface: undefined, configuration: 'keep' as const };
  it.each<[string, Partial<Facts['way']>, Partial<Profile['services']>, string]>([
    ['an interface that stays', {}, {}, 'ok'],
    ['an unknown one', { links: [] }, {}, 'warning'],
    ['loopback', { loops: 'it comes over loopback (127.0.0.1)' }, {}, 'refusal'],
    ['loopback, whatever the profile', { loops: 'it comes over loopback' }, dhcp, 'refusal'],
    ['a tunnel', { ends: 'a tunnel (tun0) of a program' }, {}, 'refusal'],
    ['a tunnel, and the profile has its own network', { ends: 'a tunnel (wg0)' }, dhcp, 'ok'],
    ['Wi-Fi', { wifi: 'Wi-Fi (wlan0)' }, {}, 'refusal'],
    ['Wi-Fi that the profile lists', { wifi: 'Wi-Fi (wlan0)' }, { wifi }, 'ok'],
  ])('judges the way in: %s', (_, way, services, verdict) => {
    const profile = normalised();
    profile.services = { ...profile.services, ...services };
    expect(check('way-in', { ...good, way: { ...good.way, ...way } }, profile)).toMatchObject({
      verdict,
      found: expect.stringContaining(
        verdict === 'refusal' ? Object.values(way).join('') : '',
      ) as string,
    });
  });

  const path = '/root/.ssh/authorized_keys';
  const none = [{ path, keys: 0 }];
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGd2';
  const sshd = (given: string[], authorizedKeys: string[] = []): Profile => {
    const profile = normalised();
    profile.services.sshd = {
      ...profile.services.sshd,
      keepAuthorizedKeys: given.includes('keep'),
      agentKeys: given.includes('agent'),
      authorizedKeys,
    };
    return profile;
  };
  it.each<[string, Facts['keyFiles'], Profile, string[], string, RegExp]>([
    ['some', [{ path, keys: 2 }], sshd(['keep']), [], 'ok', /^2 in \/root\/.ssh\/authorized_keys$/],
    ['none', none, sshd(['keep']), [], 'warning', /NO authorized key .*\/root\/.ssh.*none here/],
    ['no file', [], sshd(['keep']), [], 'warning', /NO authorized key .*reads no file/],
    ['not told', undefined, sshd(['keep']), [], 'warning', /does not tell where/],
    ['the profile has some', [], sshd(['keep'], [key]), [], 'ok', /^1 in the profile$/],
    ['nobody is let in', [{ path, keys: 2 }], sshd([]), [], 'warning', /the profile names no key$/],
    ['none but one here', none, sshd(['keep']), [`${key} a@b`], 'ok', /^1 of your own \(a@b\)$/],
    [
      'many here',
      [{ path, keys: 1 }],
      sshd(['keep', 'agent']),
      [`${key} a b`, key, `${key} c`, `${key} d`],
      'ok',
      /^1 in .*, 4 of your own \(a b, SHA256:\S+, c, 1 more\)$/,
    ],
  ])('judges the authorized keys: %s', (_, keyFiles, profile, own, verdict, found) => {
    expect(check('keys', { ...good, keyFiles }, profile, own)).toMatchObject({
      verdict,
      found: expect.stringMatching(found) as string,
    });
  });

  it.each<[Facts['keyFiles'], string[], boolean]>([
    [[{ path, keys: 1 }], ['keep'], false],
    [[{ path, keys: 1 }], ['keep', 'agent'], true],
    [[{ path, keys: 1 }], ['agent'], true],
    [none, ['keep'], true],
    [[], ['keep'], true],
    [undefined, ['keep'], true],
    [none, [], false],
  ])('%j with %j: the own keys open maintenance: %j', (keyFiles, given, taken) => {
    expect(takesOwnKeys({ ...good, keyFiles }, sshd(given))).toBe(taken);
  });
});

it('judges a maintenance system by no row but that it is one', () => {
  const rows = preflight({ ...good, state: 'maintenance', uid: 5, memoryAvailable: 0 }, needing());
  expect(rows).toEqual([expect.objectContaining({ name: 'state', verdict: 'refusal' })]);
});

it('says no empty words where only root is told how the way out goes', () => {
  const rows = preflight({ ...good, uid: 1000, initProgram: '', initRoot: '' }, needing());
  const found = (row: string) => rows.find(({ name }) => name === row)?.found;
  expect(found('init')).toBe('systemd');
  expect(found('hook')).toBe('will be staged on a place that only root is told');
});
