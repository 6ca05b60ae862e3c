/** The media of `MediaGuest`, one for each kind of target: what goes there, what it holds, and how much was written to it. */
import { randomBytes } from 'node:crypto';
import { rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../lab/build/run.js';
import { sha256 } from '../../../src/shared/sha256.js';
import { tarOf } from '../../unit/image/tree/archives.js';
import { kernelFile, sysupgradeFile } from '../openwrt.js';
import type { MediaGuest } from './media-guest.js';

export const mib = 1024 * 1024;
/** Chunks of 1 MiB in the content of an image; one of them is 5 %. */
const chunks = 20;
/** The one that `changed` has otherwise. */
const changedChunk = 12;

/** Contents that have no chunk in common, but for the one that has all but one chunk of the first. */
export const contents = {
  first: randomBytes(chunks * mib),
  changed: Buffer.alloc(0),
  killed: randomBytes(chunks * mib),
  cut: randomBytes(chunks * mib),
};
contents.changed = Buffer.from(contents.first);
randomBytes(mib).copy(contents.changed, changedChunk * mib);
export type Version = keyof typeof contents;

export interface Medium {
  kind: string;
  target: string;
  /** The kinds of targets, by their names, that this shows. */
  shows: readonly string[];
  /** The targets that a result tells of, where they have other names. */
  results?: readonly string[];
  /** Whether nothing but the person says what the image is. */
  raw: boolean;
  /** Whether all of it is made anew, whatever is there. */
  remade?: true;
  /** Whether chunks are written one by one; else a program takes an image as one stream. */
  takes: 'chunks' | 'stream';
  /** Whether it is written beside what is there, and takes its place at the end. */
  swaps?: true;
  /** Bytes that go to the medium of the image in a file, if not all of that. */
  bytes?: (path: string) => Promise<number>;
  /** Bytes of an image that are sent where one chunk of 20 is another one. */
  sends: (imageBytes: number) => number;
  /** Bytes of the content that are written: a layout has headers besides. */
  holds: number;
  /** A script that puts other content there, where it has none by itself. */
  use: string;
  /** Writes the file of an image. */
  image: (version: Version, path: string) => Promise<void>;
  /** Reads back so much of the content, past levitate: from outside the guest, or by the programs that belong to the medium. */
  digest: (guest: MediaGuest, bytes: number) => Promise<string>;
  /** A script that prints how many bytes were written to the medium up to now; UBI writes a header to what it erases. */
  worn: string;
}

/** Bytes of a file. */
export const fileBytes = async (path: string): Promise<number> => (await stat(path)).size;

const plain: Medium['image'] = (version, path) => writeFile(path, contents[version]);

/** The guest's kernel counts the sectors that are written. */
const writtenTo = (device: string): string =>
  `sync; awk '{ print $7 * 512 }' /sys/class/block/${device}/stat`;

/** A disk, or flash that lies on one: its file is read from outside. */
const onDisk = (
  name: 'disk' | 'parted' | 'nor',
  device: string,
): Omit<Medium, 'kind' | 'target' | 'shows'> => ({
  takes: 'chunks',
  raw: true,
  // The one that differs, and the first one, which is invalid meanwhile.
  sends: () => 2 * mib,
  holds: chunks * mib,
  use: '',
  image: plain,
  digest: async (guest, bytes) => {
    await guest.sh('sync');
    return sha256(await guest.onDisk(name, bytes));
  },
  worn: writtenTo(device),
});

const zs = (bytes: number): string =>
  `tr '\\000' Z </dev/zero | dd bs=1M count=${bytes / mib} iflag=fullblock status=none`;

const volumeBytes = 21 * mib;

/** A UBI whose eraseblocks were erased 100 times, and its volumes `system` and `data`. */
const usedUbi = `
! [ -e /sys/class/ubi/ubi0 ] || ubidetach -m 0
ubiformat /dev/mtd0 -y -q -e 100
ubiattach -m 0 >/dev/null
ubimkvol /dev/ubi0 -N system -s ${volumeBytes} >/dev/null
ubimkvol /dev/ubi0 -N data -s 1MiB >/dev/null
${zs(volumeBytes)} >/tmp/content
ubiupdatevol /dev/ubi0_0 /tmp/content
rm /tmp/content
`;

const ofVolume: Medium['digest'] = async (guest, bytes) => {
  const read = `[ -e /sys/class/ubi/ubi0 ] || ubiattach -m 0 >/dev/null
    for volume in /sys/class/ubi/ubi0_*; do
      [ "$(cat "$volume/name")" != system ] || head -c ${bytes} "/dev/\${volume##*/}" | sha256sum
    done`;
  return (await guest.sh(read)).slice(0, 64);
};

/** A layout whose volume `system` has the content, less a MiB for what UBI takes. */
const layout: Medium['image'] = async (version, path) => {
  const dir = `${path}.parts`;
  await run(['mkdir', '-p', dir]);
  await writeFile(join(dir, 'system'), contents[version].subarray(0, (chunks - 1) * mib));
  await writeFile(join(dir, 'data'), 'data');
  const volume = (id: number, name: string, bytes: number): string =>
    `[${name}]\nmode=ubi\nimage=${join(dir, name)}\nvol_id=${id}\nvol_type=dynamic\nvol_name=${name}\nvol_size=${bytes}\n`;
  const config = volume(0, 'system', volumeBytes) + volume(1, 'data', mib);
  await writeFile(join(dir, 'cfg'), config);
  // The numbers of an image are the same as those of a build of the same things.
  const geometry = ['-p', '128KiB', '-m', '2048', '-s', '512', '-Q', '1'];
  await run(['ubinize', '-o', path, ...geometry, join(dir, 'cfg')]);
};

const stream = {
  takes: 'stream' as const,
  sends: (imageBytes: number) => imageBytes,
  digest: ofVolume,
  worn: writtenTo('vdd'),
};
const volume = {
  ...{ ...stream, target: 'volume', shows: ['ubi-volume'], raw: true },
  ...{ holds: chunks * mib, image: plain },
};
/** What `levitate enter` notes of the words by which the old system finds its root. */
export const startedBy = (words: string): string =>
  `echo "LEVITATE_UBI_WORDS='${words}'" >>/etc/levitate/entry.conf\n${usedUbi}`;

/** Of the content, as a F2FS and a UBIFS take much for themselves. */
const treeBytes = 8 * mib;

/** An archive of a tree with the content as a file, which goes to the device with its root once more at the end. */
const tree = (kind: string, target: string, mount: string, worn: string): Medium => ({
  ...{ kind, target, shows: [`${target}-tree`], raw: false, remade: true, takes: 'stream', worn },
  bytes: async (path) => (await fileBytes(path)) + 512,
  sends: (imageBytes) => imageBytes,
  ...{ holds: treeBytes, use: '' },
  image: (version, path) =>
    writeFile(
      path,
      tarOf([
        { name: './', type: '5', mode: 0o755 },
        { name: './content', data: contents[version].subarray(0, treeBytes) },
      ]),
    ),
  digest: async (guest, bytes) => {
    const read = `mkdir -p /tmp/look; ${mount} /tmp/look; head -c ${bytes} /tmp/look/content | sha256sum; umount /tmp/look`;
    return (await guest.sh(read)).slice(0, 64);
  },
});

/** A sysupgrade file whose root is a squashfs with the content as a file, and whose kernel is always the same. */
const sysupgrade: Medium['image'] = async (version, path) => {
  const dir = `${path}.parts`;
  await run(['mkdir', '-p', join(dir, 'tree')]);
  await writeFile(join(dir, 'tree/content'), contents[version]);
  const root = join(dir, 'root.squashfs');
  const plainly = ['-noI', '-noD', '-noF', '-noX', '-mkfs-time', '0', '-all-time', '0'];
  await run(['mksquashfs', join(dir, 'tree'), root, '-noappend', '-quiet', ...plainly]);
  const files = { root, kernel: await kernelFile(dir, 1, 1_500_000), board: 'generic' };
  await rename(await sysupgradeFile(dir, 'image', files), path);
};

/** As an OpenWrt has them. */
const openwrtUbi = `
! [ -e /sys/class/ubi/ubi0 ] || ubidetach -m 0
ubiformat /dev/mtd0 -y -q -e 100
ubiattach -m 0 >/dev/null
ubimkvol /dev/ubi0 -N kernel -s 2MiB >/dev/null
ubimkvol /dev/ubi0 -N rootfs -s ${volumeBytes} >/dev/null
ubimkvol /dev/ubi0 -N rootfs_data -m >/dev/null
`;

/** What OpenWrt's start does: the squashfs comes from a block device of UBI, with the volume for what is changed over it. */
const underOverlay: Medium['digest'] = async (guest, bytes) => {
  const read = `
    for volume in /sys/class/ubi/ubi0_*; do
      case $(cat "$volume/name") in
        rootfs) root=/dev/\${volume##*/} ;;
        rootfs_data) data=\${volume##*/} ;;
      esac
    done
    ubiblock --create "$root"
    mkdir -p /tmp/rom /tmp/data /tmp/root
    mount -t squashfs -o ro "/dev/ubiblock\${root#/dev/ubi}" /tmp/rom
    mount -t ubifs "$data" /tmp/data
    mkdir -p /tmp/data/upper /tmp/data/work
    mount -t overlay -o lowerdir=/tmp/rom,upperdir=/tmp/data/upper,workdir=/tmp/data/work overlay /tmp/root
    echo changed >/tmp/root/changed
    head -c ${bytes} /tmp/root/content | sha256sum
    umount /tmp/root
    umount /tmp/data
    umount /tmp/rom
    ubiblock --remove "$root"`;
  return (await guest.sh(read)).slice(0, 64);
};

/** UBI comes behind raw NAND, as both are on the one chip. */
export const media: Medium[] = [
  { kind: 'block disk', target: 'disk', shows: ['block'], ...onDisk('disk', 'vda') },
  { kind: 'partition', target: 'partition', shows: ['partition'], ...onDisk('parted', 'vdb1') },
  {
    kind: 'boot partition of an eMMC',
    ...{
      target: 'boot',
      shows: ['block'],
      raw: true,
      takes: 'chunks',
      sends: () => 2 * mib,
      holds: chunks * mib,
    },
    ...{ use: '', image: plain, worn: writtenTo('mmcblk0boot0') },
    digest: async (guest, bytes) => {
      expect(await guest.sh('cat /sys/class/block/mmcblk0boot0/force_ro')).toBe('1');
      const read = `blockdev --flushbufs /dev/mmcblk0boot0; head -c ${bytes} /dev/mmcblk0boot0 | sha256sum`;
      return (await guest.sh(read)).slice(0, 64);
    },
  },
  { kind: 'NOR', target: 'nor', shows: ['mtd'], ...onDisk('nor', 'vdc') },
  {
    ...{ kind: 'raw NAND with bad eraseblocks', target: 'nand', shows: ['nand'], raw: true },
    ...{ takes: 'chunks', image: plain },
    // From the one that differs on, as it may have to move, and the first one.
    sends: () => (chunks - changedChunk + 1) * mib,
    holds: chunks * mib,
    use: `${zs(volumeBytes)} | nandwrite -q -p /dev/mtd0 -`,
    digest: async (guest, bytes) =>
      (
        await guest.sh(
          `nanddump -q --bb=skipbad -l ${bytes} /dev/mtd0 | head -c ${bytes} | sha256sum`,
        )
      ).slice(0, 64),
    worn: writtenTo('vdd'),
  },
  {
    ...{ kind: 'UBI layout', target: 'layout', shows: ['ubi'], raw: false, ...stream },
    ...{ image: layout, use: usedUbi, holds: (chunks - 1) * mib },
  },
  { kind: 'UBI volume, beside the old one', ...volume, use: startedBy(''), swaps: true },
  { kind: 'UBI volume, in place', ...volume, use: startedBy('root=ubi0_0') },
  {
    ...{ kind: 'OpenWrt on UBI', target: 'firmware', shows: ['openwrt-volume'], raw: false },
    results: ['firmware/root', 'firmware/kernel'],
    ...{ ...stream, holds: chunks * mib, image: sysupgrade, use: `${startedBy('')}${openwrtUbi}` },
    ...{ swaps: true, digest: underOverlay },
    bytes: (path) => fileBytes(join(`${path}.parts`, 'root.squashfs')),
  },
  tree('tree in a new ext4', 'ext4', 'mount -t ext4 -o ro /dev/vdb1', writtenTo('vdb1')),
  tree('tree in a new F2FS', 'f2fs', 'mount -t f2fs -o ro /dev/vdb1', writtenTo('vdb1')),
  {
    ...tree('tree in a new UBIFS, beside', 'ubifs', 'mount -t ubifs -o ro ubi0:system', ''),
    ...{ use: startedBy(''), worn: writtenTo('vdd'), swaps: true },
  },
];
