/** A maintenance root whose own programs run here, whatever processor they are for: by qemu-user, under proot. */
import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labKeys } from '../lab/index.js';
import { writeSshConfig } from '../lab/ssh.js';

/** Where a test has its sshd listen, in a network of its own. */
export const port = 2222;

/**
 * Functions for a script: `in_root COMMAND…` runs a program of the root, and what it executes, with the emulator.
 * proot stands for the kernel's binfmt_misc, which a container has not; it runs inside of the root, because it does not
 * translate the paths of every system call. Beside it lie the tools that it needs of this machine.
 */
const words = `
  root=$1 emulator=$2 keys=$3 config=$4
  mount --make-rprivate /
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs sysfs "$root/sys"
  for point in dev run tmp mnt; do mount -t tmpfs "$point" "$root/$point"; done
  for node in null zero random urandom; do : >"$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"; done
  : >"$root/dev/kmsg"
  ip link set lo up
  tools=$root/mnt
  cp "$(command -v proot)" "$(command -v "$emulator")" "$keys"/ssh_host_*_key "$tools"
  ldd "$(command -v proot)" | grep -o '/[^ ]*' | while read -r library; do cp "$library" "$tools"; done
  loader=$(cd "$tools" && echo ld-*.so*)
  in_root() {
    PROOT_TMP_DIR=/tmp chroot "$root" "/mnt/$loader" --library-path /mnt /mnt/proot -q "/mnt/$emulator" -r / -w / "$@"
  }
  over_ssh() { ssh -F "$config" -o BatchMode=yes emulated "$@"; }
`;

export interface EmulatedRoot {
  /** Where the root lies. */
  folder: string;
  /** Runs a script as root of namespaces of its own, with `in_root` and `over_ssh`; it has to end with 0. */
  run(script: string): Promise<string>;
  remove(): Promise<void>;
}

/** Unpacks an archive into a folder of its own. */
export async function emulatedRoot(archive: string, emulator: string): Promise<EmulatedRoot> {
  const dir = await mkdtemp(join(tmpdir(), 'levitate-emulated-'));
  const root = join(dir, 'root');
  const unpack = 'mkdir "$1"; cd "$1"; gzip -dc "$2" | cpio -idm --quiet -f "dev/*"';
  await execa('sh', ['-euc', unpack, 'unpack', root, archive]);
  const keys = await labKeys();
  const config = await writeSshConfig(dir, 'emulated', port);
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const apart = [...user, '--mount', '--pid', '--net', '--fork', '--kill-child'];
  return {
    folder: root,
    run: async (script) => {
      const text = [words, script].join('\n');
      const args = [...apart, 'sh', '-euc', text, 'emulated', root, emulator, keys.dir, config];
      return (await execa('unshare', args, { all: true, stdin: 'ignore' })).all;
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
