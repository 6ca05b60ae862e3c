/** Whatever can stand on a flash is provoked, seen by the flasher, named, and no longer seen when it is gone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replyOf } from '../../src/device/replies.js';
import { describeHolder } from '../../src/protocol/describe-holder.js';
import type { Holder as Said } from '../../src/protocol/holders.js';
import { parseReply } from '../../src/protocol/parse-reply.js';
import { Guest, modules } from './holders-guest.js';
import { minutes } from './lines.js';
import { blockWrites } from './block-writes.js';
import { mtdWrites } from './mtd-writes.js';

let guest: Guest | undefined;
beforeAll(async () => {
  guest = await Guest.boot();
}, minutes(5));
afterAll(() => guest?.stop());

test('the kernel modules of the archive are there, and none has failed', async () => {
  const status = JSON.parse(await guest!.sh('flasher status')) as { modules_failed: string[] };
  expect(status.modules_failed).toEqual([]);
  const loaded = (await guest!.sh('cat /proc/modules'))
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(loaded).toEqual(expect.arrayContaining(modules.map((name) => name.replaceAll('-', '_'))));
  expect(await guest!.sh('dmesg')).not.toMatch(/levitate: kernel module /);
});

interface Holder {
  what: string;
  /** The flasher's words for the target. */
  target: string;
  provoke: string;
  /** The holders that are named, joined by "; ". */
  sees: RegExp;
  undo: string;
  /** After the last look. */
  then?: string;
}

const a = 'partition label a';
const mounted = 'mount /dev/vda1 /mnt/a';
// Nothing but the process holds the file system then.
const lazily = 'umount -l /mnt/a';

const jffs2 = 'flash_erase -q /dev/mtd2 0 0';

// The kernel does not tell on which of several chips without a parent a partition lies: each counts.
const alone = 'ubidetach -m 1';
const together = 'ubiattach -m 1 -d 0 >/dev/null';

const holders: Holder[] = [
  { what: 'a mount', target: a, provoke: mounted, sees: /^mount \/mnt\/a$/, undo: 'umount /mnt/a' },
  {
    what: 'a bind mount',
    target: a,
    provoke: `${mounted}; mount --bind /mnt/a/inner /mnt/b; umount /mnt/a`,
    sees: /^mount \/mnt\/b$/,
    undo: 'umount /mnt/b',
  },
  {
    what: 'a mount in another namespace',
    target: a,
    provoke: `hold : 'unshare -m sh -c "${mounted}; exec sleep 1000"'`,
    sees: /^mount \/mnt\/a in the mount namespace of process \d+ sleep$/,
    undo: 'let_go',
  },
  {
    what: 'a working directory',
    target: a,
    provoke: `${mounted}; hold 'cd /mnt/a/inner'; ${lazily}`,
    sees: /^process \d+ sleep \(cwd\)$/,
    undo: 'let_go',
  },
  {
    what: 'a root directory',
    target: a,
    provoke: `${mounted}; hold : 'chroot /mnt/a /sleep'; ${lazily}`,
    sees: /^process \d+ sleep \([^)]*root[^)]*\)$/,
    undo: 'let_go',
  },
  {
    what: 'a running program',
    target: a,
    provoke: `${mounted}; hold : /mnt/a/sleep; ${lazily}`,
    sees: /^process \d+ sleep \(exe, map\)$/,
    undo: 'let_go',
  },
  {
    what: 'an open device',
    target: a,
    provoke: "hold 'exec 5</dev/vda1'",
    sees: /^process \d+ sleep \(fd\)$/,
    undo: 'let_go',
  },
  {
    what: 'an open file that was deleted',
    target: a,
    provoke: `${mounted}; hold 'exec 5>/mnt/a/file'; rm /mnt/a/file; ${lazily}`,
    sees: /^process \d+ sleep \(fd\)$/,
    undo: 'let_go',
  },
  {
    what: 'a mapped file',
    target: a,
    provoke: `${mounted}
      LD_PRELOAD=/mnt/a/libz setsid dropbear -F -p 127.0.0.1:2222 </dev/null >/dev/null 2>&1 &
      echo $! >/tmp/holder
      until grep -q libz "/proc/$!/maps"; do usleep 20000; done
      ${lazily}`,
    sees: /^process \d+ dropbear \(map\)$/,
    undo: 'let_go',
  },
  {
    what: 'swap on a partition',
    target: 'partition label b',
    provoke: 'mkswap /dev/vda2 >/dev/null; swapon /dev/vda2',
    sees: /^swap \/dev\/vda2$/,
    undo: 'swapoff /dev/vda2; mke2fs -F /dev/vda2 >/dev/null',
  },
  {
    what: 'swap in a file',
    target: a,
    provoke: `${mounted}; swapon /mnt/a/swap; ${lazily}`,
    sees: /swap /,
    undo: `${mounted}; swapoff /mnt/a/swap; umount /mnt/a`,
  },
  {
    what: 'zram that writes back',
    target: a,
    provoke: 'echo /dev/vda1 >/sys/block/zram0/backing_dev',
    sees: /^zram zram0 \(\/dev\/vda1\)$/,
    undo: 'echo 1 >/sys/block/zram0/reset',
  },
  {
    what: 'a loop device, and what is mounted on it',
    target: a,
    provoke: `${mounted}; mount -o loop /mnt/a/image /mnt/b; ${lazily}`,
    sees: /^loop loop0 \(\/(mnt\/a\/)?image\); mount \/mnt\/b$/,
    undo: 'umount /mnt/b',
  },
  {
    what: 'a mapped device, and what is mounted on it',
    target: a,
    provoke: `dmsetup create --noudevsync over --table '0 49152 linear /dev/vda1 0'; mount /dev/dm-0 /mnt/a`,
    sees: /^dm dm-0 \(over\); mount \/mnt\/a$/,
    undo: 'umount /mnt/a; dmsetup remove --noudevsync over',
  },
  {
    what: 'an array',
    target: a,
    provoke: 'md md_over vda1 8192 linear 1',
    sees: /^md md_over$/,
    undo: 'echo clear >/sys/block/md_over/md/array_state',
  },
  {
    what: 'what is cached, and its cache',
    target: 'block /dev/ram3',
    provoke: 'cached /dev/ram3 /dev/ram4',
    sees: /^device bcache0; bcache on ram3$/,
    undo: `echo 1 >/sys/block/ram3/bcache/stop; echo 1 >/sys/block/ram4/bcache/set/stop
      settled test ! -e /sys/block/ram3/bcache; settled test ! -e /sys/block/ram4/bcache`,
  },
  {
    what: 'a subvolume of a btrfs that is mounted by another of its devices',
    target: 'block /dev/ram2',
    provoke: 'spread; mount -o subvol=sub /dev/ram5 /mnt/b',
    sees: /^mount \/mnt\/b$/,
    undo: 'umount /mnt/b; btrfs device scan --forget',
  },
  {
    what: 'a partition, when the target is its disk',
    target: 'block /dev/vda',
    provoke: mounted,
    sees: /^mount \/mnt\/a$/,
    undo: 'umount /mnt/a',
  },
  {
    what: 'a disk, when the target is its partition',
    target: a,
    provoke: "hold 'exec 5</dev/vda'",
    sees: /^process \d+ sleep \(fd\)$/,
    undo: 'let_go',
  },
  {
    what: 'a partition that overlaps',
    target: 'partition label c',
    provoke: `mount /dev/vda2 /mnt/b; ${mounted}`,
    sees: /^mount \/mnt\/b$/,
    undo: 'umount /mnt/a /mnt/b',
  },
  {
    what: 'an overlay whose lower part was unmounted',
    target: a,
    provoke: `${mounted}; mount -t overlay -o lowerdir=/mnt/a/inner:/mnt/a/upper over /mnt/b; umount /mnt/a`,
    sees: /^kernel claims vda1 for itself/,
    undo: 'umount /mnt/b',
  },
  {
    what: 'a mounted volume, when the target is the layout',
    target: 'ubi chip',
    provoke: "mount -t ubifs ubi0:data /mnt/a; hold 'exec 5>/mnt/a/file'",
    sees: /^mount \/mnt\/a; process \d+ sleep \(fd\)$/,
    undo: 'let_go; umount /mnt/a',
  },
  {
    what: 'a mounted volume, when the target is the volume',
    target: 'ubi-volume data chip',
    provoke: 'mount -t ubifs /dev/ubi0_0 /mnt/a',
    sees: /^mount \/mnt\/a$/,
    undo: 'umount /mnt/a',
  },
  {
    what: 'an open volume',
    target: 'ubi chip',
    provoke: "hold 'exec 5</dev/ubi0_0'",
    sees: /^process \d+ sleep \(fd\)$/,
    undo: 'let_go',
  },
  {
    what: 'a ubiblock, and what is mounted on it',
    target: 'ubi-volume image chip',
    provoke: 'ubiblock -c /dev/ubi0_1; mount -o ro /dev/ubiblock0_1 /mnt/a',
    sees: /^ubiblock ubiblock0_1; mount \/mnt\/a$/,
    undo: 'umount /mnt/a; ubiblock -r /dev/ubi0_1',
  },
  {
    what: 'a partition of an MTD, when the target is the whole',
    target: 'ubi mtd0',
    provoke: 'mount /dev/mtdblock2 /mnt/a',
    sees: /^mount \/mnt\/a$/,
    undo: 'umount /mnt/a',
  },
  {
    what: 'a whole MTD, when the target is its partition',
    target: 'ubi part',
    provoke: `${alone}; hold 'exec 5</dev/mtd0'`,
    sees: /^process \d+ sleep \(fd\)$/,
    undo: 'let_go',
    then: together,
  },
  {
    what: 'the UBI of a partition, when the target is the whole',
    target: 'ubi mtd0',
    provoke: `ubiformat -y -q /dev/mtd2; ubiattach -m 2 -d 1 >/dev/null`,
    sees: /^ubi ubi1 on mtd2$/,
    undo: 'ubidetach -m 2',
  },
  {
    what: 'JFFS2 on a partition, when the target is the whole',
    target: 'mtd mtd0',
    provoke: `${jffs2}; mount -t jffs2 mtd2 /mnt/a`,
    sees: /^mount \/mnt\/a$/,
    undo: 'umount /mnt/a',
  },
  {
    what: 'JFFS2 that an overlay keeps',
    target: 'mtd part',
    provoke: `${alone}; ${jffs2}; mount -t jffs2 mtd2 /mnt/a; mkdir /mnt/a/up /mnt/a/work
      mount -t overlay -o lowerdir=/lib,upperdir=/mnt/a/up,workdir=/mnt/a/work over /mnt/b; umount /mnt/a`,
    sees: /^kernel jffs2 on mtd2/,
    undo: 'umount /mnt/b',
    then: together,
  },
  {
    what: 'an image on an MTD that an overlay keeps',
    target: 'mtd part',
    provoke: `${alone}; mke2fs -F /dev/mtdblock2 >/dev/null; mount /dev/mtdblock2 /mnt/a
      mount -t overlay -o lowerdir=/mnt/a:/lib over /mnt/b; umount /mnt/a`,
    sees: /^kernel claims mtdblock2 for itself/,
    undo: 'umount /mnt/b',
    then: together,
  },
];

const named = (lines: string[]): string =>
  lines
    .filter((line) => line.startsWith('{"type":"holder"'))
    .map((line) => describeHolder(JSON.parse(line) as Said))
    .join('; ');

test.each(holders)('$what', async ({ target, provoke, sees, undo, then = '' }) => {
  const look = `flasher target ${target}`;
  const said = await guest!.sh(`${provoke}\n${look}\necho ---\n${undo}\n${look}\n${then}`);
  const [during = [], after = []] = said.split('---\n').map((part) => part.split('\n'));
  expect(named(during)).toMatch(sees);
  expect(after.join()).toContain('"end"');
  expect(named(after)).toBe('');
});

test('a disk that an MTD was made of', async () => {
  const said = await guest!.sh('flasher target block /dev/ram0');
  expect(named(said.split('\n'))).toMatch(/^kernel claims ram0 for itself/);
});

interface Status {
  phase: string;
  held: string[];
  holders: Record<string, string[] | null>;
}

/** What the flasher says, with its holders in words. */
const status = async (): Promise<Status> => {
  const { phase, held, holders } = replyOf(
    [parseReply(await guest!.sh('flasher status'))],
    'status',
  );
  const targets = Object.entries(holders).map(
    ([target, all]) => [target, all?.map(describeHolder) ?? null] as const,
  );
  return { phase, held: held.map(describeHolder), holders: Object.fromEntries(targets) };
};

test('status names it for each target, and none of what is free', async () => {
  const free = {
    a: [],
    disk: [],
    c: [],
    layout: [],
    volume: [],
    whole: [],
    part: ['ubi ubi0 on mtd1'],
    plain: [],
  };
  expect(await status()).toMatchObject({ held: [], holders: { ...free, gone: null } });
  await guest!.sh(`${mounted}; mount -t ubifs ubi0:data /mnt/b`);
  const { held, holders } = await status();
  expect(held).toEqual(['mount /mnt/a', 'mount /mnt/b']);
  const one = ['mount /mnt/a'];
  const other = ['mount /mnt/b'];
  expect(holders).toMatchObject({ a: one, disk: one, c: [], layout: other, volume: other });
  await guest!.sh('umount /mnt/a /mnt/b');
});

mtdWrites(() => guest!);
blockWrites(() => guest!);

/** Everything on everything: each can only go when what stands on it has gone. */
const tower = `
mkdir -p /old
mount /dev/vda1 /old
mkdir -p /old/bound /old/merged /old/image.d /old/over /old/array /old/block '/old/a b' /old/cached /old/sub /old/top \
  /old/lower /old/layers /old/upper2 /old/work2
mount --bind /old/inner /old/bound
mount -t tmpfs none '/old/a b'
mount -t overlay -o lowerdir=/old/inner,upperdir=/old/upper,workdir=/old/work merged /old/merged
mount -o loop /old/image /old/image.d
cp /old/swap /old/image.d/inner
loop=$(losetup -f)
losetup "$loop" /old/image.d/inner
dmsetup create --noudevsync over --table "0 2048 linear $loop 0"
mke2fs -F /dev/dm-0 >/dev/null
mount /dev/dm-0 /old/over
md md_old vda2 8192 raid1 2
dmsetup create --noudevsync 'a b' --table '0 16384 linear /dev/md_old 0'
dmsetup create --noudevsync vg-data --table '0 8192 linear /dev/dm-1 0'
dmsetup create --noudevsync vg-swap --table '0 8192 linear /dev/dm-1 8192'
mke2fs -F /dev/dm-2 >/dev/null
mount /dev/dm-2 /old/array
mkswap /dev/dm-3 >/dev/null
swapon /dev/dm-3
cached /dev/ram3 /dev/ram4
mke2fs -F /dev/bcache0 >/dev/null
mount /dev/bcache0 /old/cached
spread
mount -o subvol=sub /dev/ram2 /old/sub
mount /dev/ram2 /old/top
cp /usr/share/squashed /old/top/squashed
mount -o loop,ro /old/top/squashed /old/lower
mount -t overlay -o lowerdir=/old/lower,upperdir=/old/upper2,workdir=/old/work2 layers /old/layers
umount -l /old/lower
ubiblock -c /dev/ubi0_1
mount -o ro /dev/ubiblock0_1 /old/block
swapon /old/swap
echo 8M >/sys/block/zram0/disksize
mkswap /dev/zram0 >/dev/null
swapon /dev/zram0
hold 'cd /old/merged; trap "" TERM; exec 5>/old/array/file'
hold : 'unshare -m sleep'
hold 'exec 5<>/dev/vda2'
`;

test('a tower of old mounts is taken down to the ground', { timeout: minutes(3) }, async () => {
  // The helper takes the mapped devices apart.
  await guest!.sh(`${tower}\nmv /usr/sbin/dmsetup /tmp`);
  const { held } = await status();
  expect(held.join('; ')).toMatch(/mount \/old\/a b;.*swap \/dev\/zram0;.*process/);
  for (const one of ['dm dm-1 (a b)', 'bcache on ram4', 'swap /dev/dm-3', 'mount /old/layers'])
    expect(held).toContain(one);
  await guest!.sh(
    '/usr/lib/levitate/release-old-root; cat /run/log/release.log; mv /tmp/dmsetup /usr/sbin',
  );
  expect(await status()).toMatchObject({
    phase: 'released',
    held: [],
    holders: { disk: [], layout: [] },
  });
});

test('what cannot be let go is named', { timeout: minutes(3) }, async () => {
  // Without helper and dmsetup nothing takes a mapped device away, and no signal reaches whom the kernel keeps waiting for a
  // frozen file system.
  await guest!
    .sh(`mkdir -p /old; mount /dev/vda1 /old; loop=$(losetup -f); losetup "$loop" /old/image
    dmsetup create --noudevsync over --table "0 2048 linear $loop 0"
    mv /usr/sbin/dmsetup /usr/lib/levitate/helper /tmp
    fsfreeze --freeze /old
    setsid sh -c 'cd /old; : >file' </dev/null >/dev/null 2>&1 &
    until grep -q '^State:.D' "/proc/$!/status"; do usleep 20000; done
    /usr/lib/levitate/release-old-root`);
  const { phase, held, holders } = await status();
  expect(phase).toBe('held');
  const names =
    /^dm dm-0 \(over\); loop loop0 \(\/old\/image\); mount \/old; process \d+ sh \(cwd\)$/;
  expect(held.join('; ')).toMatch(names);
  expect(holders['a']?.toSorted().join('; ')).toMatch(names);
  await guest!.machine.waitForConsole(/levitate: these processes cannot be killed: \d+/);
  await guest!.machine.waitForConsole(/levitate: still held: dm dm-0 \(over\)/);
  const set =
    'fsfreeze --unfreeze /old; mv /tmp/dmsetup /usr/sbin; mv /tmp/helper /usr/lib/levitate';
  await guest!.sh(`${set}; /usr/lib/levitate/release-old-root`);
  expect(await status()).toMatchObject({ phase: 'released', held: [] });
});
