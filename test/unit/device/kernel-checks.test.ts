import { describe, expect, it, test } from 'vitest';
import type { Facts, FeatureFacts } from '../../../src/device/facts.js';
import { kernelCheck, modulesCheck } from '../../../src/device/kernel-checks.js';
import type { Profile } from '../../../src/profile/profile.js';
import type { Check } from '../../../src/progress.js';
import { aProfile } from '../rootfs/a-profile.js';
import { factsOf } from './told.js';

const able: FeatureFacts = {
  fileSystems: ['sysfs', 'tmpfs', 'proc', 'devtmpfs', 'devpts', 'ext4'],
  moduleSupport: true,
  modules: ['virtio_net'],
  modulesDisabled: false,
  modulesSigned: false,
  modprobe: true,
  packetSockets: true,
  ubi: true,
  mtdNodes: true,
};
const facts = (features: Partial<FeatureFacts> = {}, rest: Partial<Facts> = {}): Facts => ({
  ...factsOf('levitate-facts=1\nend=yes'),
  kernel: '6.1.0-1',
  mounts: [{ source: 'devtmpfs', point: '/dev', type: 'devtmpfs' }],
  ...rest,
  features: { ...able, ...features },
});
const carried = (...names: string[]) =>
  names.map((name) => ({ path: `/usr/lib/modules/6.1.0-1/kernel/${name}.ko`, required: true }));
const onUbi = aProfile({ flash: { targets: { layout: { ubi: { mtd: 'ubi' } } } } });
const said = ({ verdict, found }: Check) => `${verdict}: ${found}`;

test('facts of the kernel are read as the script prints them', () => {
  const text = [
    ...['levitate-facts=1', 'filesystems=sysfs tmpfs ', 'module-support=yes', 'modules=ubi mtd '],
    ...['modules-disabled=1', 'modules-signed=Y', 'packet-sockets=yes', 'mtd-nodes=yes', 'end=yes'],
  ].join('\n');
  expect(factsOf(text).features).toEqual({
    ...{ fileSystems: ['sysfs', 'tmpfs'], moduleSupport: true, modules: ['ubi', 'mtd'] },
    ...{ modulesDisabled: true, modulesSigned: true, modprobe: false },
    ...{ packetSockets: true, ubi: false, mtdNodes: true },
  });
});

describe('the kernel', () => {
  const of = (found: Facts, profile: Profile = aProfile(), modules = carried()) =>
    said(kernelCheck(found, { profile, modules }));
  const without = (...types: string[]) => ({
    fileSystems: able.fileSystems.filter((type) => !types.includes(type)),
  });

  it('passes with all that is needed, and where it tells nothing', () => {
    expect(of(facts(), onUbi)).toBe('ok: 6.1.0-1 has what is needed');
    expect(of(facts({ fileSystems: [] }))).toMatch(/^ok/);
  });

  it('needs tmpfs, and devtmpfs or a /dev to take along', () => {
    expect(of(facts(without('tmpfs')))).toMatch(/^refusal: .*tmpfs/);
    expect(of(facts(without('devtmpfs')))).toMatch(/^ok/);
    expect(of(facts(without('devtmpfs'), { mounts: [] }))).toMatch(/^refusal: .*\/dev is no mount/);
    expect(of(facts(without('devtmpfs'), { init: 'kexec' }))).toMatch(/^refusal: .*starts anew/);
    expect(of(facts(without('devpts')))).toMatch(/^warning: .*no terminal/);
  });

  it('needs UBI and MTD nodes for UBI targets, or modules that bring them', () => {
    const bare = facts({ ubi: false, mtdNodes: false });
    expect(of(bare)).toMatch(/^ok/);
    expect(of(bare, onUbi)).toMatch(/^refusal: .*UBI.*; .*MTD character/);
    expect(of(bare, onUbi, carried('mtd', 'ubi'))).toMatch(/^ok/);
    expect(of(bare, { ...onUbi, root: { ...onUbi.root, modules: ['ubi'] } })).toMatch(/^ok/);
    expect(of(facts({ mtdNodes: false }), onUbi)).toMatch(/^refusal: .*MTD character/);
  });

  it('needs packet sockets for DHCP alone', () => {
    const deaf = facts({ packetSockets: false });
    const network = (value: 'dhcp' | { address: string }) =>
      aProfile({ services: { network: value } });
    expect(of(deaf)).toMatch(/^warning: .*DHCP/);
    expect(of(deaf, network('dhcp'))).toMatch(/^refusal: .*packet sockets/);
    expect(of(deaf, network('dhcp'), carried('af_packet'))).toMatch(/^ok/);
    expect(of(deaf, network({ address: '10.0.0.1/24' }))).toMatch(/^ok/);
  });
});

describe('modules', () => {
  const of = (found: Facts, modules = carried('ubi', 'virtio-net'), named: string[] = []) =>
    said(modulesCheck(found, { profile: aProfile({ root: { modules: named } }), modules }));

  it('may be loaded, or none are asked for', () => {
    expect(of(facts())).toBe('ok: ubi, virtio_net can be loaded');
    expect(of(facts(), [])).toBe('ok: none are asked for');
  });

  it('must be those of the kernel that runs', () => {
    expect(of(facts({}, { kernel: '6.1.0-2' }))).toBe(
      'refusal: the archive has modules of kernel 6.1.0-1, the device runs 6.1.0-2',
    );
  });

  it.each<[string, Partial<FeatureFacts>, RegExp]>([
    ['that loads none', { moduleSupport: false }, /^refusal: the kernel loads no modules: ubi$/],
    ['that was told to load no more', { modulesDisabled: true }, /^refusal: .*disabled.*: ubi$/],
    ['that wants them signed', { modulesSigned: true }, /^warning: .*signed.*: ubi$/],
  ])('are refused or warned of by a kernel %s, unless they are loaded', (_name, change, text) => {
    expect(of(facts(change))).toMatch(text);
    expect(of(facts({ ...change, modules: ['ubi', 'virtio_net'] }))).toMatch(/^ok/);
    const optional = carried('ubi').map((one) => ({ ...one, required: false }));
    expect(of(facts(change), optional)).toMatch(/^ok/);
  });

  it('that the running system shall load need its modprobe', () => {
    const plain = facts({ modprobe: false });
    expect(of(plain, [], ['ubi'])).toMatch(/^refusal: .*no modprobe.* ubi/);
    expect(of(plain, [], ['virtio-net'])).toMatch(/^ok/);
    expect(of(facts(), [], ['ubi'])).toMatch(/^ok/);
  });
});
