import { describe, expect, it } from 'vitest';
import {
  debianArchitectureOf,
  draftProfile,
} from '../../../../src/operations/probe/profile-draft.js';
import { draftTargets } from '../../../../src/operations/probe/target-drafts.js';
import { isProtected } from '../../../../src/operations/probe/target-names.js';
import { normalise } from '../../../../src/profile/normalise.js';
import { parseProfile } from '../../../../src/profile/parse.js';
import type { SourceSpec } from '../../../../src/profile/profile.js';
import type { Architecture } from '../../../../src/profile/schema.js';
import {
  invented,
  oddDevice,
  read,
  routerText,
  sbcText,
  type Recorded,
} from '../recorded/index.js';

const text = ({ facts, probed }: Recorded, arch: Architecture = 'x86_64') =>
  draftProfile(arch, facts, probed);
/** The profile as levitate loads it. */
const load = (device: Recorded) =>
  normalise(parseProfile(text(device), 'probed.yaml').raw, {
    authorizedKeys: [],
    files: {},
    sysroots: {},
  });
const arch = ({ facts, probed }: Recorded) => debianArchitectureOf(facts, probed);

describe('a profile for the lab router', () => {
  const router = read(routerText);

  it('has its board, its volumes, its layout and its console', () => {
    expect(arch(router)).toBe('x86_64');
    expect(load(router)).toMatchObject({
      name: 'router',
      compatible: ['Standard PC (i440FX + PIIX, 1996)'],
      services: { network: 'keep', watchdog: undefined, getty: 'ttyS0' },
      safety: { ramReserveBytes: 8 << 20 },
      targets: {
        layout: { ubi: { mtd: 'ubi' } },
        rootfs: { 'ubi-volume': 'rootfs', on: { mtd: 'ubi' } },
        data: { 'ubi-volume': 'data', on: { mtd: 'ubi' } },
      },
      confirm: { build: { read: ['cat', '/etc/build-id'] } },
    });
  });

  describe('with an OpenWrt on its UBI', () => {
    const openwrt = (volumes: string[], mtds: Partial<(typeof router.facts.mtds)[0]>[] = []) => ({
      facts: {
        ...router.facts,
        mtds: [...router.facts.mtds, ...mtds.map((mtd) => ({ ...router.facts.mtds[0]!, ...mtd }))],
        ubiVolumes: volumes.map((name, at) => ({ device: `ubi0_${at}`, name, size: 1 << 20 })),
      },
      probed: { ...router.probed, mtdTypes: { ...router.probed.mtdTypes, mtd7: 'nand' } },
    });
    const groups = (device: Recorded) => load(device).groups;
    const firmware = { firmware: { root: 'firmware/root', kernel: 'firmware/kernel' } };

    it('has a target for its sysupgrade file, which keeps its settings', () => {
      const device = openwrt(['kernel', 'rootfs', 'rootfs_data']);
      expect(groups(device)).toEqual(firmware);
      expect(load(device)).toMatchObject({
        keep: { list: 'sysupgrade', into: 'firmware/root', as: 'sysupgrade.tgz' },
        targets: { 'firmware/kernel': { 'openwrt-volume': 'kernel', on: { mtd: 'ubi' } } },
      });
    });
    it('names the MTD of a kernel that is no volume', () => {
      const device = openwrt(['rootfs', 'rootfs_data'], [{ device: 'mtd7', name: 'kernel' }]);
      expect(load(device).targets['firmware/kernel']).toEqual({ nand: 'kernel' });
      expect(groups(openwrt(['rootfs', 'rootfs_data']))).toBeUndefined();
    });
    it('is not taken for one where another system has such a volume', () => {
      expect(groups(openwrt(['kernel', 'rootfs', 'data']))).toBeUndefined();
    });
  });

  it('reserves less memory where the device could not be entered otherwise', () => {
    const reserved = (kib: number) => {
      const { facts, probed } = router;
      return load({ facts: { ...facts, memoryAvailable: kib * 1024 }, probed }).safety
        .ramReserveBytes;
    };
    // The root and its work take 12.9 MiB.
    expect(reserved(20.8 * 1024)).toBe(4 << 20);
    expect(reserved(14.1 * 1024)).toBe(1 << 20);
    expect(reserved(13.8 * 1024)).toBe(8 << 20);
  });

  it('tells how a Wi-Fi comes along that SSH came in by', () => {
    const { facts, probed } = router;
    const interfaces = probed.interfaces.map((one) =>
      one.ssh ? { ...one, kind: 'wifi' as const } : one,
    );
    const draft = text({ facts, probed: { ...probed, interfaces } });
    expect(draft).toContain('\n  # wifi: { interface: eth0, configuration: keep }\n');
    expect(text(router)).not.toContain('wifi');
  });

  it('does not offer the disk that its MTD is made of', () => {
    expect(Object.keys(load(router).targets)).toEqual(['layout', 'rootfs', 'data']);
    const other = read(routerText.replace('block2mtd=yes\n', ''));
    expect(Object.keys(load(other).targets)).toContain('disk');
  });
});

describe('a profile for the lab sbc', () => {
  it('has the disk and its partitions by label, without the boot loader', () => {
    expect(load(read(sbcText)).targets).toEqual({
      disk: { block: '/dev/vda' },
      root: { partition: { label: 'root' } },
      data: { partition: { label: 'data' } },
    });
    expect(text(read(sbcText))).toMatch(/NOT a target: by its name a boot loader/);
  });
});

describe('a profile for a device with LVM on an array', () => {
  const stacked = invented(
    ...['hostname=nas', 'uid=0', 'swap=/dev/dm-1'],
    ...['block=vda 1000000', 'block=vda1 500000', 'block=vda2 400000'],
    ...['disk=vda - 0 ', 'disk=vda1 vda 0 system', 'disk=vda2 vda 0 boot', 'disk=dm-0 - 0 '],
    ...[
      'stands=vda1 vda',
      'stands=vda2 vda',
      'stands=md0 vda1',
      'stands=dm-0 md0',
      'stands=dm-1 md0',
    ],
    ...['mapped=dm-0 LVM vg-root', 'mapped=dm-1 LVM vg-swap', 'array=md0 raid1 1.2'],
    'mounted=dm-0 rw ext4 /',
  );

  it('lists the tool that takes it apart', () => {
    expect(load(stacked).root.tools).toEqual(['dmsetup']);
    expect(load(read(sbcText)).root.tools).toEqual([]);
  });

  it('says of a partition what is made of it', () => {
    expect(text(stacked)).toContain(
      'mounted on / (ext4), swap, by way of md0 (raid1), vg-root (LVM), vg-swap (LVM)',
    );
    expect(Object.keys(load(stacked).targets)).toEqual(['disk', 'system', 'boot']);
  });
});

describe('a profile for an odd device', () => {
  it('loads, with names that are allowed and unique', () => {
    const { name, compatible, targets } = load(oddDevice);
    expect(name).toBe('bob-ap-2');
    // The second one is the SoC's, which other boards share.
    expect(compatible).toEqual(['acme,ap: 2, rev "b"']);
    expect(targets).toEqual({
      'my-firmware-1': { mtd: 'my firmware # 1' },
      rootfs: { mtd: 'rootfs' },
      'layout-ubi-main-part': { ubi: { mtd: 'UBI "main", part' } },
      'rootfs-data': { 'ubi-volume': 'rootfs data', on: { mtd: 'UBI "main", part' } },
      'rootfs-data-2': { 'ubi-volume': 'rootfs_data', on: { mtd: 'UBI "main", part' } },
      'layout-second': { ubi: { mtd: 'mtd5' } },
      'rootfs-data-3': { 'ubi-volume': 'Rootfs-Data', on: { mtd: 'mtd5' } },
      mmcblk0: { block: '/dev/mmcblk0' },
      system: { block: '/dev/mmcblk0p3' },
      sda: { block: '/dev/sda' },
      'system-2': { block: '/dev/sda1' },
    });
  });

  it('says why the others are none', () => {
    const cautions = Object.fromEntries(
      draftTargets(oddDevice.facts, oddDevice.probed).map(({ about, caution }) => [
        about.split(/[ ,]/)[0],
        caution,
      ]),
    );
    for (const device of ['mtd0', 'mtd1', 'mtd2', 'mmcblk0p1']) {
      expect(cautions[device]).toMatch(/boot loader/);
    }
    expect(cautions['mtd3']).toBeUndefined();
    expect(cautions['mtd7']).toMatch(/it would take u-boot, u-boot-env, factory along/);
    expect(cautions['mtd9']).toMatch(/read-only/);
    expect(cautions['mtd6']).toMatch(/it would take ubootenv along/);
    expect(text(oddDevice)).not.toMatch(/sda2|sda3|dm-0|zram0/);
  });

  it('takes no name for an MTD that several answer to', () => {
    const mtd = (n: number, name: string) => `mtd=mtd${n} 04000000 00020000 ${name}`;
    const { facts, probed } = invented(
      ...[
        mtd(0, 'slot'),
        mtd(1, 'slot'),
        mtd(2, 'mtd3'),
        mtd(3, 'odd'),
        mtd(4, 'mtd1'),
        mtd(5, 'x'),
      ],
      ...[0, 1, 2, 3].map((n) => `ubi=ubi${n} mtd${n}`),
      ...[0, 1, 2, 3].map((n) => `ubi-volume=ubi${n}_0 10 126976 rootfs`),
    );
    const specs = draftTargets(facts, probed).map(({ about, spec }) => [
      about.split(/[ ,]/)[0],
      spec,
    ]);
    const rootfs = (on: string) => ({ 'ubi-volume': 'rootfs', on: { mtd: on } });
    expect(specs).toEqual([
      ['mtd0', { ubi: { mtd: 'mtd0' } }],
      ['ubi0_0', rootfs('mtd0')],
      // Another one's name is mtd1.
      ['mtd1', undefined],
      ['ubi1_0', undefined],
      ['mtd2', { ubi: { mtd: 'mtd2' } }],
      ['ubi2_0', rootfs('mtd2')],
      ['mtd3', { ubi: { mtd: 'odd' } }],
      ['ubi3_0', rootfs('odd')],
      ['mtd4', { mtd: 'mtd4' }],
      ['mtd5', { mtd: 'x' }],
    ]);
  });

  it('feeds the watchdog that runs, well within its time', () => {
    expect(load(oddDevice).services.watchdog).toEqual({
      device: '/dev/watchdog1',
      feedSeconds: 5,
      timeoutSeconds: 60,
    });
    expect(text(oddDevice)).toContain('# big: dog # 1, active, 600 s, nowayout, fed by dogd');
  });

  it('feeds the watchdog that somebody feeds today rather than another', () => {
    const two = ['watchdog=watchdog0 active 60 0 a', 'watchdog=watchdog1  60 0 b'];
    const device = invented(...two, 'watchdog-feeder=watchdog1 1 systemd');
    expect(load(device).services.watchdog?.device).toBe('/dev/watchdog1');
  });

  it('keeps what the device says within its comments', () => {
    const words = 'x\rsafety: { contact-timeout: 1h }';
    const device = invented(
      `hostname=${words}`,
      `kernel=${words}`,
      `mtd=mtd0 10000 10000 ${words}`,
    );
    expect(load(device).safety.contactTimeoutSeconds).toBe(180);
    expect(text(device)).not.toContain('\r');
  });

  it('tells the connection and its addresses', () => {
    expect(text(oddDevice)).toContain('# br-lan (bridge): 10.0.0.1/24; SSH came in here');
    expect(text(oddDevice)).toContain('# eth0.2 (vlan): 192.0.2.7/24 by DHCP');
  });
});

it.each<[Architecture, SourceSpec]>([
  ['aarch64', { kind: 'debian', release: undefined }],
  ['riscv64', { kind: 'debian', release: 'trixie' }],
  ['mips', { kind: 'device' }],
])('takes the programs for %s from a ready root, or from where there are any', (of, other) => {
  const { raw } = parseProfile(text(oddDevice, of), 'probed.yaml');
  const profile = normalise(raw, { authorizedKeys: [], files: {}, sysroots: {} });
  const from = [{ kind: 'ready', given: 'listed' }, other];
  expect(profile).toMatchObject({ arch: of, root: { from } });
});

describe('a profile for a device that tells next to nothing', () => {
  const bare = invented('hostname=', 'memtotal-kib=30000', 'machine=aarch64');

  it('loads, and has neither board nor targets', () => {
    expect(load(bare)).toMatchObject({ name: 'device', compatible: [], targets: {} });
    expect(text(bare)).toMatch(/tells no name of its board/);
    expect(load(bare).confirm.build).toBeUndefined();
  });

  it.each(['To be filled by O.E.M.', 'Default string', 'None'])(
    'takes "%s" for no name',
    (name) => {
      expect(load(invented(`compatible=${name}`)).compatible).toEqual([]);
    },
  );
});

it.each<[string, object | undefined]>([
  ['active 4 0 x', { feedSeconds: 1, timeoutSeconds: 4 }],
  ['active 1 0 x', { feedSeconds: 1, timeoutSeconds: 2 }],
  ['active   x', { feedSeconds: 5, timeoutSeconds: 30 }],
  ['   ', { feedSeconds: 5, timeoutSeconds: 30 }],
  ['inactive 30 0 x', undefined],
])('watchdog "%s"', (words, fed) => {
  const { watchdog } = load(invented(`watchdog=watchdog0 ${words}`)).services;
  expect(watchdog).toEqual(fed && { device: '/dev/watchdog0', ...fed });
});

it.each<[string, Architecture | undefined]>([
  ['machine=aarch64', 'aarch64'],
  ['machine=i586', 'i686'],
  ['machine=armv7l cpu-features=half thumb vfpv3', 'armv7'],
  ['machine=armv7l cpu-features=half thumb', 'armv5'],
  ['machine=armv6l', 'armv5'],
  ['machine=mips byte-order=little', 'mipsel'],
  ['machine=mips byte-order=big', 'mips'],
  ['machine=mips', undefined],
  ['machine=mips64 byte-order=little', 'mips64el'],
  ['machine=mips64 byte-order=big', 'mips64'],
  ['machine=ppc', undefined],
])('%s is for %s', (words, expected) => {
  expect(arch(invented(...words.split(/ (?=[a-z-]+=)/)))).toBe(expected);
});

it.each([
  ...[
    'u-boot',
    'u-boot-env',
    'uboot',
    'U-Boot2',
    '0:ART',
    '0:APPSBLENV',
    'art',
    'factory',
    'bl2',
    'fip',
  ],
  ...[
    'EFI System Partition',
    'BIOS boot partition',
    'nvram',
    'config',
    'bdinfo-env',
    'mmcblk0boot0',
  ],
])('%s is no place for an image', (name) => {
  expect(isProtected(name)).toBe(true);
});

it.each([
  'rootfs',
  'kernel',
  'firmware',
  'ubi',
  'data',
  'boot',
  'rootfs_data',
  'recovery',
  'start',
])('%s is a target like any other', (name) => {
  expect(isProtected(name)).toBe(false);
});

it.each([
  ['a device with a build', read(routerText), { read: ['cat', '/etc/build-id'] }],
  ['a device without', invented(), undefined],
])('expects new host keys of a whole new system on %s', (_, { facts, probed }, build) => {
  const draft = draftProfile('x86_64', facts, probed, [], 'changes');
  const { raw } = parseProfile(draft, 'probed.yaml');
  const { confirm } = normalise(raw, { authorizedKeys: [], files: {}, sysroots: {} });
  expect(confirm).toMatchObject({ hostKey: 'changes', ...(build ? { build } : {}) });
  expect(confirm.build).toEqual(build && expect.objectContaining(build));
});
