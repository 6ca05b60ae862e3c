/** The media of `MediaGuest`, one for each kind of target: what goes there, what it holds, and how much was written to it. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../../lab/build/run.js';
import { sha256 } from '../../../src/shared/sha256.js';
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
  /** Whether chunks are written one by one; else a program takes an image as one stream. */
  takes: 'chunks' | 'stream';
  /** Whether it is written beside what is there, and takes its place at the end. */
  swaps?: true;
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

const plain: Medium['image'] = (version, path) => writeFile(path, contents[version]);

/** The guest's kernel counts the sectors that are written. */
const writtenTo = (device: string): string =>
  `sync; awk '{ print $7 * 512 }' /sys/class/block/${device}/stat`;

/** A disk, or flash that lies on one: its file is read from outside. */
const onDisk = (
  name: 'disk' | 'parted' | 'nor',
  device: string,
): Omit<Medium, 'kind' | 'target'> => ({
  takes: 'chunks',
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
const volume = { ...stream, target: 'volume', holds: chunks * mib, image: plain };
/** What `levitate enter` notes of the words by which the old system finds its root. */
export const startedBy = (words: string): string =>
  `echo "LEVITATE_UBI_WORDS='${words}'" >>/etc/levitate/entry.conf\n${usedUbi}`;

/** UBI comes behind raw NAND, as both are on the one chip. */
export const media: Medium[] = [
  { kind: 'block disk', target: 'disk', ...onDisk('disk', 'vda') },
  { kind: 'partition', target: 'partition', ...onDisk('parted', 'vdb1') },
  {
    kind: 'boot partition of an eMMC',
    ...{ target: 'boot', takes: 'chunks', sends: () => 2 * mib, holds: chunks * mib },
    ...{ use: '', image: plain, worn: writtenTo('mmcblk0boot0') },
    digest: async (guest, bytes) => {
      expect(await guest.sh('cat /sys/class/block/mmcblk0boot0/force_ro')).toBe('1');
      const read = `blockdev --flushbufs /dev/mmcblk0boot0; head -c ${bytes} /dev/mmcblk0boot0 | sha256sum`;
      return (await guest.sh(read)).slice(0, 64);
    },
  },
  { kind: 'NOR', target: 'nor', ...onDisk('nor', 'vdc') },
  {
    ...{ kind: 'raw NAND with bad eraseblocks', target: 'nand', takes: 'chunks', image: plain },
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
    ...{ kind: 'UBI layout', target: 'layout', ...stream, image: layout, use: usedUbi },
    holds: (chunks - 1) * mib,
  },
  { kind: 'UBI volume, beside the old one', ...volume, use: startedBy(''), swaps: true },
  { kind: 'UBI volume, in place', ...volume, use: startedBy('root=ubi0_0') },
];
