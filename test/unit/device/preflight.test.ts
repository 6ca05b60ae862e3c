import { describe, expect, it } from 'vitest';
import { parseFacts, type Facts, type WatchdogFact } from '../../../src/device/facts.js';
import { preflight } from '../../../src/device/preflight.js';
import type { Architecture } from '../../../src/profile/schema.js';
import { normalised } from '../profiles.js';

const mib = 1024 * 1024;
const good: Facts = {
  ...parseFacts('levitate-facts=1\nend=yes'),
  uid: 0,
  machine: 'x86_64',
  compatible: ['acme,ap-2'],
  init: 'systemd',
  initProgram: '/usr/lib/systemd/systemd',
  initRoot: '/run/initramfs',
  memoryAvailable: 100 * mib,
};

const verdicts = (facts: Facts, profile = normalised()) =>
  Object.fromEntries(
    preflight(facts, { profile, modules: [], rootBytes: 10 * mib, workingBytes: 10 * mib }).map(
      (check) => [check.name, check.verdict],
    ),
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
    ['tools', { missing: ['mount'] }],
    ['state', { state: 'maintenance' }],
  ])('refuses by the check %s', (name, change) => {
    expect(verdicts({ ...good, ...change })[name]).toBe('refusal');
  });

  it('counts root, work and reserve against what is available, to the byte', () => {
    expect(verdicts({ ...good, memoryAvailable: 28 * mib })['memory']).toBe('ok');
    expect(verdicts({ ...good, memoryAvailable: 28 * mib - 1 })['memory']).toBe('refusal');
  });

  it('says which way is taken where an init has several', () => {
    const found = ({ initWay = '' }: Partial<Facts>) =>
      preflight(
        { ...good, initWay },
        { profile: normalised(), modules: [], rootBytes: 0, workingBytes: 0 },
      ).find(({ name }) => name === 'hook')?.found;
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
    const need = { profile: normalised(), modules: [], rootBytes: 0, workingBytes: 0 };
    const row = preflight({ ...good, watchdogs: [dog] }, need).find(
      ({ name }) => name === 'watchdog',
    );
    expect(row).toMatchObject({ verdict, found: expect.stringMatching(found) as string });
  });
});
