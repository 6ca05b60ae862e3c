/** A guest with everything that can stand on a flash, and the real maintenance root in it. */
import { execa } from 'execa';
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRunning } from '../../src/device/connect.js';
import type { Transport } from '../../src/ssh/transport.js';
import { writeGpt } from '../lab/build/gpt.js';
import { labKeys, type InitramfsMachine } from '../lab/index.js';
import { minutes } from './lines.js';
import { bootMaintenance, guestDrivers } from './maintenance-guest.js';

const stacks = [
  ...['brd', 'loop', 'dm_mod', 'linear', 'raid1', 'zram', 'overlay', 'crc32c_generic', 'ext4'],
  ...['btrfs', 'squashfs', 'bcache'],
];
const flash = ['zstd', 'mtdblock', 'mtdram', 'block2mtd', 'ubi', 'ubifs', 'jffs2'];

/** What the guest's kernel does not have built in, its disk and its network among it; the archive brings all of it. */
export const modules = [...guestDrivers, ...stacks, ...flash];

/** `kernel` is what Debian's kernel package was unpacked to. */
const profile = (key: string, kernel: string): string => `
name: holders
arch: x86_64
device: { compatible: [any] }
root:
  from: [debian, { sysroot: '${kernel}' }]
  files: { /usr/share/squashed: ./squashed }
  modules: { names: [${modules.join(', ')}] }
  tools:
    - dmsetup
    - btrfs
    - mkfs.btrfs
    - { package: bcache-tools, programs: [make-bcache] }
    - mtd-utils
    - { package: mtd-utils, programs: [mtdpart] }
services:
  network: { address: 10.0.2.15/24 }
  sshd: { authorized-keys: ['${key}'] }
flash:
  targets:
    disk: { block: /dev/vda }
    a: { partition: { label: a } }
    c: { partition: { label: c } }
    layout: { ubi: { mtd: chip } }
    volume: { ubi-volume: data, on: { mtd: chip } }
    whole: { ubi: { mtd: mtd0 } }
    part: { ubi: { mtd: part } }
    plain: { mtd: small }
    gone: { block: /dev/mmcblk9 }
`;

/** Words that the scripts share: `hold` ends when a process holds something, which it does until `let_go`. */
const words = `
set -eu
hold() { # COMMAND [SLEEP]
  setsid sh -c "$1; exec \${2:-sleep} 1000" </dev/null >/dev/null 2>&1 &
  echo $! >/tmp/holder
  until case $(head -c 99 "/proc/$!/cmdline" | tr '\\0' '\\n' | head -n 1) in *sleep) ;; *) false ;; esac; do
    usleep 20000
  done
}
let_go() {
  kill "$(cat /tmp/holder)"
  while [ -e "/proc/$(cat /tmp/holder)" ]; do usleep 20000; done
}
settled() { # until what the kernel frees late is gone: COMMAND that succeeds then
  tries=0
  until "$@"; do tries=$((tries + 1)); [ "$tries" -lt 500 ]; usleep 20000; done
}
cached() { # BACKING CACHE: a bcache device of these two
  for device in "$1" "$2"; do dd if=/dev/zero of="$device" bs=64k count=1 2>/dev/null; done
  make-bcache --bucket 8k -B "$1" -C "$2" >/dev/null
  for device in "$1" "$2"; do echo "$device" >/sys/fs/bcache/register; done
  settled test -b /dev/bcache0
}
spread() { # a btrfs on two devices, with a subvolume "sub"
  mkfs.btrfs -q -f -M -d single -m single /dev/ram5 /dev/ram2
  mkdir -p /mnt/c
  mount /dev/ram5 /mnt/c
  btrfs subvolume create /mnt/c/sub >/dev/null
  umount /mnt/c
}
md() { # NAME DEVICE KIB LEVEL DISKS: md(4), an array without metadata; disks beyond the first are missing
  echo "$1" >/sys/module/md_mod/parameters/new_array
  cd "/sys/block/$1/md"
  echo none >metadata_version
  echo "$4" >level
  echo "$5" >raid_disks
  echo "$3" >component_size
  cat "/sys/class/block/$2/dev" >new_dev
  echo "$3" >"dev-$2/size"
  echo 0 >"dev-$2/slot"
  echo 0 >"dev-$2/offset"
  echo active >array_state
  cd /
}
`;

const setUp = `
for at in a b c d; do mkdir -p "/mnt/$at"; done
for part in vda1 vda2; do mke2fs -F "/dev/$part" >/dev/null; done
mount /dev/vda1 /mnt/a
cp /usr/bin/busybox /mnt/a/sleep
cp "$(find / -xdev -name 'libz.so.1*' -type f | head -n 1)" /mnt/a/libz
mkdir /mnt/a/inner /mnt/a/upper /mnt/a/work
dd if=/dev/zero of=/mnt/a/image bs=1M count=4 2>/dev/null
mke2fs -F /mnt/a/image >/dev/null
dd if=/dev/zero of=/mnt/a/swap bs=1M count=1 2>/dev/null
mkswap /mnt/a/swap >/dev/null
umount /mnt/a
flash() { echo "$1" >/sys/module/block2mtd/parameters/block2mtd; }
flash /dev/ram0,128KiB,chip
ubiformat /dev/mtd1 -y -q
ubiattach -m 1 >/dev/null
ubimkvol /dev/ubi0 -N data -s 5MiB >/dev/null
ubimkvol /dev/ubi0 -N image -s 4500KiB >/dev/null
mount /dev/vda1 /mnt/a
ubiupdatevol /dev/ubi0_1 /mnt/a/image
umount /mnt/a
mtdpart add /dev/mtd0 part 0x100000 0x200000
flash /dev/ram1,4KiB,small
mke2fs -F /dev/mtdblock0 >/dev/null
mke2fs -F /dev/mtdblock2 >/dev/null
`;

export class Guest {
  private constructor(
    readonly machine: InitramfsMachine,
    private readonly dir: string,
    private readonly key: string,
  ) {}

  static async boot(): Promise<Guest> {
    const dir = await mkdtemp(join(tmpdir(), 'levitate-holders-'));
    const { userKey } = await labKeys();
    await mkdir(join(dir, 'lower'));
    await writeFile(join(dir, 'lower/file'), 'squashed');
    await execa('mksquashfs', [
      join(dir, 'lower'),
      join(dir, 'squashed'),
      '-quiet',
      '-no-progress',
    ]);
    const disk = join(dir, 'disk.img');
    await writeDisk(disk);
    const machine = await bootMaintenance(dir, (kernel) => profile('./key.pub', kernel), { disk });
    const guest = new Guest(machine, dir, userKey);
    try {
      await guest.sh(setUp);
      return guest;
    } catch (error) {
      await guest.stop();
      throw error;
    }
  }

  /** Runs a script in the guest; fails if it fails. */
  async sh(script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.ssh(`${words}\n${script}`);
    if (exitCode !== 0) throw new Error(`${script}: exit ${exitCode}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** A connection for levitate's own code. */
  connect(): Promise<Transport> {
    const [, none = '', ...options] = this.options();
    return connectRunning({ host: 'guest', sshConfig: none }, options);
  }

  async stop(): Promise<void> {
    await execa('ssh', [...this.options(), '-O', 'exit', 'guest'], { reject: false });
    await this.machine.stop();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** One connection for all scripts: the key exchange is what takes time. */
  private options(): string[] {
    const set = { ControlMaster: 'auto', ControlPath: join(this.dir, 'ssh'), ControlPersist: 600 };
    const trust = {
      StrictHostKeyChecking: 'no',
      UserKnownHostsFile: '/dev/null',
      BatchMode: 'yes',
    };
    const where = { HostName: '127.0.0.1', Port: this.machine.port, User: 'root' };
    const all = { ...set, ...trust, ...where, IdentityFile: this.key, LogLevel: 'ERROR' };
    return ['-F', '/dev/null', ...Object.entries(all).flatMap(([k, v]) => ['-o', `${k}=${v}`])];
  }

  private async ssh(input: string) {
    // The control master keeps standard error open: what a script says there is read with its output.
    const command = ['guest', 'sh -s 2>&1'];
    return execa('ssh', [...this.options(), ...command], {
      input,
      reject: false,
      // A release waits for what withstands it, and a loaded machine scans slowly.
      timeout: minutes(2),
      stderr: 'ignore',
    });
  }
}

/** Partitions a and b, and c, which lies across b. */
async function writeDisk(path: string): Promise<void> {
  const mib = 2048;
  const disk = await open(path, 'w');
  await disk.truncate(64 * mib * 512);
  const part = (name: string, start: number, size: number) => ({
    name,
    type: 'linux' as const,
    start: start * mib,
    sectors: size * mib,
  });
  const parts = [part('a', 1, 24), part('b', 25, 24), part('c', 40, 20)];
  await writeGpt(disk, 64 * mib, parts, Buffer.alloc(440), 'holders');
  await disk.close();
}
