import { describe, expect, it } from 'vitest';
import { neededTools, storageCheck } from '../../../src/device/storage-check.js';
import { madeOf } from '../../../src/device/stack.js';
import { factsOf } from './told.js';

/** A Debian whose root and swap are LVM on an array, with a LUKS volume. */
const debian = [
  'mount=/dev/mapper/vg-root / ext4',
  'mount=/dev/mapper/data /data ext4',
  'swap=/dev/dm-1',
  'stands=dm-0 md127',
  'stands=dm-1 md127',
  'stands=md127 vda3',
  'stands=md127 vda4',
  'stands=dm-2 vda5',
  ...[1, 2, 3, 4, 5].map((part) => `stands=vda${part} vda`),
  'mapped=dm-0 LVM vg-root',
  'mapped=dm-1 LVM vg-swap',
  'mapped=dm-2 LUKS2 data',
  'array=md127 raid1 1.2',
  'mounted=dm-0 rw ext4 /',
  'mounted=dm-2 rw ext4 /data',
];
const facts = (...lines: string[]) => factsOf(['levitate-facts=1', ...lines, 'end=yes'].join('\n'));
const judged = (lines: string[], programs = ['dmsetup']) => storageCheck(facts(...lines), programs);

describe('storageCheck', () => {
  it('says what the root stands on, and what will be taken apart', () => {
    expect(judged(debian)).toEqual({
      name: 'storage',
      verdict: 'ok',
      found:
        'the root (ext4) is on vg-root (LVM) on md127 (raid1) on vda3, vda4; swap is on vg-swap (LVM) on md127 (raid1) on vda3, vda4; taken apart in maintenance: vg-root (LVM), vg-swap (LVM), data (LUKS2), md127 (raid1)',
    });
  });

  it('is short where nothing is stacked', () => {
    const plain = ['mount=/dev/root / ext4', 'stands=vda2 vda', 'mounted=vda2 ro ext4 /'];
    expect(judged(plain, [])).toMatchObject({
      verdict: 'ok',
      found: 'the root (ext4) is on vda2',
    });
  });

  it('names what swap is on, and writes names as people do', () => {
    const swapping = [
      ...['mount=/dev/root / ext4', 'mounted=vda2 rw ext4 /', 'mounted=vdb1 rw ext4 /my\\040data'],
      ...['mapped=dm-0 LUKS2 my\\x20disk', 'stands=dm-0 vdc1', 'mounted=dm-0 rw ext4 /secret'],
      ...['swap=/my\\040data/swap', 'swap=/swapfile', 'swap=/dev/mapper/my\\134x20disk'],
    ];
    expect(judged(swapping)).toMatchObject({
      verdict: 'ok',
      found:
        'the root (ext4) is on vda2; swap is on the file /my data/swap on vdb1, the file /swapfile on vda2, my disk (LUKS2) on vdc1; taken apart in maintenance: my disk (LUKS2)',
    });
  });

  it('counts many loop devices', () => {
    const loops = [0, 1, 2, 3].map((n) => `loop=loop${n} /snaps/${n}`);
    expect(judged(loops, [])).toMatchObject({
      found: expect.stringMatching(/apart in maintenance: 4 loop devices$/) as string,
    });
    expect(judged(loops.slice(3), [])).toMatchObject({
      found: expect.stringMatching(/apart in maintenance: loop3 \(\/snaps\/3\)$/) as string,
    });
  });

  it('refuses an archive without dmsetup where there are mapped devices', () => {
    expect(judged(debian, ['dropbear'])).toMatchObject({
      verdict: 'refusal',
      found: 'the archive has no dmsetup to take apart vg-root (LVM), vg-swap (LVM), data (LUKS2)',
      advice: expect.stringContaining('root.tools') as string,
    });
    expect(judged([...debian, 'init=kexec'], [])).toMatchObject({ verdict: 'ok' });
  });

  it.each<[string, string[], RegExp]>([
    ['NFS', ['mount=10.0.0.1:/srv / nfs4'], /^the root is on the network: 10\.0\.0\.1:\/srv/],
    ['virtiofs', ['mount=rootfs / virtiofs'], /on the network: rootfs \(virtiofs\)/],
    ['sshfs', ['mount=a: / fuse.sshfs'], /on the network: a: \(fuse\.sshfs\)/],
    ['a program', ['mount=/dev/sda1 / fuseblk'], /a program serves the root: \/dev\/sda1/],
    ['NBD', ['mounted=nbd0 rw ext4 /'], /reached by NBD: nbd0/],
    [
      'iSCSI below LVM',
      ['mounted=dm-0 rw ext4 /', 'stands=dm-0 sda2', 'stands=sda2 sda', 'network-disk=sda iSCSI'],
      /^the root is on a disk that is reached by iSCSI: sda$/,
    ],
    [
      'an overlay of what is on NFS',
      [
        'mount=overlay / overlay',
        'mount=srv:/live /run/live/medium nfs',
        'root-layers=rw,lowerdir=/x:/run/live/medium/root,upperdir=/up',
      ],
      /on the network: srv:\/live \(nfs\)/,
    ],
    ['mdmon', ['array=md126 raid1 external:/md127/0'], /keeps the metadata of the array md126/],
  ])('refuses %s', (_, lines, found) => {
    expect(judged(lines)).toMatchObject({
      verdict: 'refusal',
      found: expect.stringMatching(found) as string,
    });
  });

  it.each<[string, string[], RegExp]>([
    ['NFS beside the root', ['mount=srv:/a /home nfs'], /^\/home is on the network: srv:\/a/],
    ['ZFS', ['mount=tank/a /tank zfs'], /ZFS pool/],
  ])('warns of %s', (_, lines, found) => {
    expect(judged(lines)).toMatchObject({
      verdict: 'warning',
      found: expect.stringMatching(found) as string,
    });
  });
});

it('only the device mapper needs a tool', () => {
  expect(neededTools(facts(...debian))).toEqual(['dmsetup']);
  expect(neededTools(facts('array=md0 raid1 1.2', 'loop=loop0 /x', 'swap=/dev/zram0'))).toEqual([]);
});

it('what is made of a partition is found through every layer', () => {
  const { stack } = facts(...debian);
  expect(madeOf('vda3', stack)).toEqual(['vda3', 'md127', 'dm-0', 'dm-1']);
  expect(madeOf('vda', stack)).toEqual(['vda']);
});
