import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { readEnvBlock } from '../../../../src/boot-loader/env-block.js';
import type { ImageIndex } from '../../../../src/image/image.js';
import { newFiles, packFiles } from '../../../../src/operations/migrate/new-files.js';
import { requirementChecks } from '../../../../src/operations/migrate/requirements.js';
import { migrationSteps } from '../../../../src/operations/migrate/steps.js';
import type { MigrateSpec } from '../../../../src/profile/profile.js';
import type { Migration } from '../../../../src/protocol/migration-file.js';

const mebi = 1024 * 1024;
const spec: MigrateSpec = {
  into: 'system',
  require: { ram: 256 * mebi, free: { '/': mebi } },
  before: [{ run: ['backup'], timeoutSeconds: 60 }],
  after: [{ run: ['restore', 'a b'], timeoutSeconds: 60 }],
  carry: ['network', 'host-keys'],
  start: { kernel: '/boot/vmlinuz' },
};
const migration: Migration = {
  host: 'h',
  device: { hostname: 'h', model: 'm', serial: '', system: '', init: '' },
  at: '2026-01-02T03:04:05.000Z',
  into: 'system',
  node: '/dev/sda3',
  disk: '/dev/sda',
  root: '/dev/sda2',
  front: '00',
  oldBoot: 'ab'.repeat(512),
  newBoot: 'cd'.repeat(512),
  coreSector: 1000,
  core: '00'.repeat(1024),
  words: 'root=LABEL=system ro',
  cards: [{ name: 'ens3', address: '52:54:00:12:34:56' }],
};
const image = {
  tree: { entries: [{ name: 'sbin/ifup' }, { name: 'boot/initrd.img' }] },
} as unknown as ImageIndex;

it('each step before the device confirms leads to the old system, and says how it is undone', () => {
  const steps = migrationSteps(migration, spec, {});
  expect(steps.map((step) => step.do)).toEqual([
    ...['check', 'before', 'enter', 'free', 'write', 'carry', 'after', 'switch', 'try', 'confirm'],
  ]);
  for (const step of steps) {
    expect(step.cut).toBe(step.do === 'confirm' ? 'new-system' : 'old-system');
    if (step.do !== 'check') expect(step.undo).toBeDefined();
  }
  expect(steps.find((step) => step.do === 'after')?.what).toContain("`restore 'a b'`");
});

it('what is required is compared, with both numbers', () => {
  const disk = { node: '/dev/sda', bytes: 1, sectorBytes: 512, isGpt: true };
  const ground = { disk, free: { '/': 10 * mebi } };
  expect(requirementChecks(spec, { memoryTotal: 512 * mebi }, ground)).toEqual([
    { name: 'ram', verdict: 'ok', found: '512 MiB of RAM, 256 MiB required' },
    { name: 'free space', verdict: 'ok', found: '10 MiB free at /, 1 MiB required' },
  ]);
  expect(requirementChecks(spec, { memoryTotal: 128 * mebi }, ground)[0]).toMatchObject({
    verdict: 'refusal',
    found: '128 MiB of RAM, 256 MiB required',
  });
  expect(requirementChecks(spec, { memoryTotal: undefined }, ground)[0]).toMatchObject({
    verdict: 'refusal',
  });
});

it('the new system gets what its boot loader reads, with one try, and the network', async () => {
  const { files, lacking } = await newFiles(migration, spec, image, 'addr ens3 10.0.2.15/24\n');
  // Only systemd starts the trial timer.
  expect(lacking).toEqual([expect.stringContaining('trial timer')]);
  expect(Object.keys(files)).toEqual([
    'boot/levitate/grub.cfg',
    'boot/levitate/old.img',
    'boot/levitate/grubenv',
    'etc/network/interfaces',
  ]);
  const content = (name: string) => (files[name] as { content: string | Buffer }).content;
  expect(readEnvBlock(content('boot/levitate/grubenv') as Buffer)).toEqual([
    { name: 'lv_default', value: 'old' },
    { name: 'lv_next', value: 'new' },
    { name: 'lv_tries', value: '1' },
  ]);
  expect(content('boot/levitate/grub.cfg')).toContain('initrd /boot/initrd.img');
  const archive = packFiles(files, 1_000_000_000);
  const listed = execFileSync('tar', ['-tv', '--utc', '--numeric-owner'], { input: archive });
  expect(listed.toString()).toMatch(/^drwxr-xr-x 0\/0 +0 2001-09-09 \S+ boot\/\n/);
  expect(listed.toString()).toMatch(/-rw-r--r-- 0\/0 +512 \S+ \S+ boot\/levitate\/old\.img\n/);
});

it('says what of the network cannot be written for the new system', async () => {
  const none = { tree: { entries: [] } } as unknown as ImageIndex;
  const { lacking } = await newFiles(migration, spec, none, 'addr ens3 10.0.2.15/24\n');
  expect(lacking).toContainEqual(expect.stringContaining('neither netplan nor ifupdown'));
});

it('where systemd starts it, a timer ends the trial of a system that nobody reaches', async () => {
  const entries = [
    { name: 'usr/lib/systemd/system' },
    { name: 'usr/lib/systemd/systemd-networkd' },
  ];
  const debian = { tree: { entries } } as unknown as ImageIndex;
  const { files, lacking } = await newFiles(migration, spec, debian, 'addr ens3 10.0.2.15/24\n');
  expect(lacking).toEqual([]);
  const listed = execFileSync('tar', ['-tv'], { input: packFiles(files, 0) }).toString();
  expect(listed).toMatch(/-rwxr-xr-x .* usr\/lib\/levitate\/trial\n/);
  expect(listed).toMatch(/sysinit.target.wants\/levitate-trial.service -> \.\.\/levitate-trial/);
  expect(listed).toContain('etc/systemd/network/01-levitate-ens3.network');
});
