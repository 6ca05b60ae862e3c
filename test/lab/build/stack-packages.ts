/** What stack-systemd is made from: Debian with LVM, md and LUKS, and an initramfs that Debian's own tools have made. */
import { join } from 'node:path';
import { cached, labDir } from '../cache.js';
import { run } from './run.js';

const suite = 'bookworm';
const included = [
  ...['usr-is-merged', 'systemd-sysv', 'udev', 'openssh-server', 'iproute2', 'ifupdown', 'kmod'],
  ...['lvm2', 'mdadm', 'cryptsetup-bin', 'initramfs-tools', 'busybox', 'linux-image-cloud-amd64'],
];

const hook = 'recipes/stack-systemd/packages.sh';

/** The folder with system.tar, whose initramfs finds a root on LVM and md. */
export async function stackPackages(): Promise<string> {
  return cached('stack-packages', ['build/stack-packages.ts', hook], suite, async (dir) => {
    await run([
      ...['mmdebstrap', '--quiet', '--variant=minbase'],
      '--aptopt=APT::Install-Recommends "false"',
      ...['man', 'doc', 'locale', 'info', 'lintian', 'bash-completion'].map(
        (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
      ),
      `--include=${included.join(',')}`,
      `--customize-hook=sh -eu '${join(labDir, hook)}' "$1"`,
      ...[suite, join(dir, 'system.tar')],
    ]);
  });
}
