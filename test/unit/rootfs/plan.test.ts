import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { Profile } from '../../../src/profile/profile.js';
import type { Entry } from '../../../src/rootfs/entry.js';
import { planRoot } from '../../../src/rootfs/plan.js';
import { aProfile } from './a-profile.js';

const script = Buffer.from('#!/bin/sh\n');
const own = {
  version: '1.2.3',
  files: [
    { path: 'root/init', bytes: script },
    { path: 'root/usr/lib/levitate/lib/common.sh', bytes: Buffer.from('# sourced\n') },
    ...['sshd', 'network', 'watchdog', 'deadman', 'udhcpc.script'].map((name) => ({
      path: `root/usr/lib/levitate/services/${name}`,
      bytes: script,
    })),
  ],
};

const entriesOf = (profile: Profile): Map<string, Entry> =>
  new Map(planRoot(profile, own).entries.map((entry) => [entry.path, entry]));

function textOf(entries: Map<string, Entry>, path: string): string {
  const entry = entries.get(path);
  if (entry?.kind !== 'file' || !('bytes' in entry.content)) throw new Error(`no ${path}`);
  return Buffer.from(entry.content.bytes).toString();
}

const programs = (profile: Profile) => planRoot(profile, own).programs;

test("levitate's own files lie where the scripts look for them, runnable where they are scripts", () => {
  const entries = entriesOf(aProfile());
  expect(entries.get('/init')).toMatchObject({ kind: 'file', mode: 0o755 });
  // Arming makes it: a staged root must not be armed by its mere presence.
  expect(entries.has('/shutdown')).toBe(false);
  expect(entries.get('/usr/lib/levitate/lib/common.sh')).toMatchObject({ mode: 0o644 });
  expect(entries.get('/usr/sbin/flasher')).toMatchObject({
    target: '../lib/levitate/flasher/flasher',
  });
  expect(entries.has('/usr/lib/levitate/init')).toBe(false);
});

test('secrets and devices have the modes that they must have', () => {
  const entries = entriesOf(aProfile());
  const modes = [
    '/root',
    '/root/.ssh',
    '/root/.ssh/authorized_keys',
    '/etc/dropbear',
    '/etc/shadow',
  ];
  expect(modes.map((path) => entries.get(path)!.mode & 0o077)).toEqual([0, 0, 0, 0, 0]);
  expect(entries.get('/tmp')!.mode).toBe(0o1777);
  expect(entries.get('/dev/console')).toMatchObject({ kind: 'char', major: 5, minor: 1 });
  expect(entries.get('/dev/null')).toMatchObject({ kind: 'char', major: 1, minor: 3, mode: 0o666 });
});

test('the busybox must be able to unpack the archive', () => {
  const applets = (compression: 'gzip' | 'xz' | 'zstd') =>
    planRoot(aProfile({ archive: { compression } }), { version: '1', files: [] }).programs[0]!
      .applets;
  expect(applets('xz')).toContain('xz');
  for (const other of ['gzip', 'zstd'] as const) {
    expect(applets(other)).toContain('gzip');
    expect(applets(other)).not.toContain('xz');
  }
});

test('what only the host sends, and what no target calls, is left out', () => {
  const own = ['remote/facts.sh', 'remote/probe.sh', 'remote/prepare.sh', 'takeover/steps'];
  const files = own.map((path) => ({ path, bytes: Buffer.from('x') }));
  const profile = aProfile({ flash: { targets: { layout: { ubi: { mtd: 'ubi' } } } } });
  const { entries, programs } = planRoot(profile, { version: '1', files });
  const without = planRoot(profile, { version: '1', files: [] }).entries.length;
  expect(entries.length - without).toBe(1);
  expect(entries.map(({ path }) => path)).toContain('/usr/lib/levitate/takeover/steps');
  const names = programs.map(({ name }) => name);
  expect(names).toContain('ubiformat');
  expect(names).not.toContain('ubimkvol');
});

test('a layout that keeps volumes calls what a volume calls', () => {
  const layout = { ubi: { mtd: 'ubi' }, keep: ['data'] };
  const { programs } = planRoot(aProfile({ flash: { targets: { layout } } }), {
    ...{ version: '1', files: [] },
  });
  const names = programs.map(({ name }) => name);
  expect(names).toContain('ubimkvol');
  expect(names.filter((name) => name === 'ubiformat')).toHaveLength(1);
});

test('what every root starts, and what a profile adds to it', () => {
  const plain = entriesOf(aProfile());
  expect(plain.has('/usr/lib/levitate/services/udhcpc.script')).toBe(true);
  // A watchdog may run that no profile names.
  expect(textOf(plain, '/etc/inittab')).toContain('services/watchdog');
  expect(textOf(plain, '/etc/inittab')).not.toMatch(/getty|askfirst/);

  const full = entriesOf(
    aProfile({
      services: {
        watchdog: {},
        getty: { device: 'ttyS0' },
        extra: [{ name: 'wifi', run: ['wpa_supplicant', '-c', "/etc/it's here"] }],
      },
    }),
  );
  expect(textOf(full, '/etc/inittab').split('\n')).toEqual([
    '::sysinit:/usr/lib/levitate/rcS',
    '::respawn:/usr/lib/levitate/services/network',
    '::respawn:/usr/lib/levitate/services/sshd',
    '::respawn:/usr/lib/levitate/services/watchdog',
    '::respawn:/usr/lib/levitate/services/deadman',
    '::respawn:/usr/lib/levitate/services/extra-wifi',
    'ttyS0::askfirst:/usr/lib/levitate/shell',
    '::ctrlaltdel:/sbin/reboot',
    '',
  ]);
  expect(full.get('/usr/lib/levitate/services/extra-wifi')!.mode).toBe(0o755);
  expect(textOf(full, '/usr/lib/levitate/services/extra-wifi')).toBe(
    "#!/bin/sh\nexec 'wpa_supplicant' '-c' '/etc/it'\\''s here'\n",
  );
});

test('a shell reads every setting back as it was, whatever is in it', () => {
  const name = 'A\'b $(reboot) `x` \\ "q" ; é';
  const profile = aProfile({
    flash: {
      targets: {
        a: { partition: { label: name } },
        b: { block: '/dev/b', keep: ['partition-table', { partition: { label: name } }] },
      },
    },
    services: { network: { address: '192.168.1.1/24', gateway: '192.168.1.254' }, watchdog: {} },
  });
  const conf = textOf(entriesOf(profile), '/etc/levitate/levitate.conf');
  const read = (variable: string): string =>
    execFileSync('sh', ['-c', `set -eu; eval "$1"; printf %s "$${variable}"`, 'sh', conf], {
      encoding: 'utf8',
    });
  expect(read('LEVITATE_TARGETS')).toBe(`a\tpartition\tlabel\t${name}\nb\tblock\t/dev/b`);
  expect(read('LEVITATE_SPARED_RANGES')).toBe(`b\tpartition-table\tlabel:${name}`);
  expect(read('LEVITATE_VERSION')).toBe('1.2.3');
  expect(read('LEVITATE_NETWORK')).toBe('static');
  expect(read('LEVITATE_ADDRESS')).toBe('192.168.1.1/24');
  expect(read('LEVITATE_SSHD_PORT')).toBe('');
  expect(read('LEVITATE_PROTOCOL')).toBe('1');
  expect(read('LEVITATE_CHUNK_BYTES')).toBe('1048576');
  expect(read('LEVITATE_WATCHDOG_TIMEOUT')).toBe('30');
  expect(read('LEVITATE_AUTHORIZED_KEYS_KEEP')).toBe('1');
});

test('the profile on the device names no file of the machine that built it', () => {
  const profile = aProfile({}, { files: { '/etc/x': '/home/someone/secret/x' } });
  const json = textOf(entriesOf(profile), '/etc/levitate/profile.json');
  expect(json).not.toContain('/home/someone');
  expect(JSON.parse(json)).toMatchObject({
    protocol: 1,
    name: 'test',
    root: { files: { '/etc/x': '/etc/x' } },
  });
});

test('targets and tools bring their programs, each once, with the first reason', () => {
  const names = (profile: Profile) => programs(profile).map(({ name }) => name);
  const always = ['busybox', 'env', 'dropbear', 'dropbearkey', 'dropbearconvert'];
  expect(names(aProfile())).toEqual(always);
  const disk = aProfile({ flash: { targets: { disk: { block: '/dev/vda' } } } });
  expect(names(disk)).toEqual(always);

  const nor = aProfile({ flash: { targets: { firmware: { mtd: 'firmware' } } } });
  expect(names(nor)).toEqual([...always, 'flash_erase', 'flash_unlock']);

  const ubi = aProfile({
    root: { tools: ['mtd-utils', 'tar', { package: 'lsof', programs: ['lsof'] }] },
    flash: { targets: { layout: { ubi: { mtd: 'ubi' } } } },
  });
  expect(new Set(names(ubi)).size).toBe(names(ubi).length);
  expect(programs(ubi)).toContainEqual({ name: 'ubiformat', reason: 'target layout' });
  expect(programs(ubi)).toContainEqual({
    name: 'ubiblock',
    reason: 'target layout',
    optional: true,
  });
  expect(programs(ubi)).toContainEqual({ name: 'flash_erase', reason: 'tool mtd-utils' });
  expect(programs(ubi)).toContainEqual({ name: 'lsof', reason: 'tool lsof', package: 'lsof' });
  expect(names(ubi)).not.toContain('tar');
});

test('Wi-Fi brings wpa_supplicant, and its settings', () => {
  const wifi = aProfile({ services: { wifi: { interface: 'wlan0' } } });
  expect(programs(wifi)).toContainEqual({ name: 'wpa_supplicant', reason: 'service wifi' });
  const conf = textOf(entriesOf(wifi), '/etc/levitate/levitate.conf');
  expect(conf).toMatch(/^LEVITATE_WIFI='?keep'?$/m);
  expect(conf).toMatch(/^LEVITATE_WIFI_INTERFACE='?wlan0'?$/m);
  expect(programs(aProfile()).map(({ name }) => name)).not.toContain('wpa_supplicant');
});

test('files of the profile land in /usr where the root has links', () => {
  const entries = entriesOf(aProfile({}, { files: { '/sbin/tool': '/somewhere/tool' } }));
  expect(entries.get('/usr/sbin/tool')).toMatchObject({ content: { hostFile: '/somewhere/tool' } });
});
