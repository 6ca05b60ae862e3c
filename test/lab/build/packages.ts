/** What both devices are made from: Debian packages, fetched by apt in a private root of its own. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../cache.js';
import { run, runAsRoot } from './run.js';

const suite = 'bookworm';
const sbcPackages =
  'usr-is-merged,systemd-sysv,udev,openssh-server,iproute2,ifupdown,kmod,sudo,opendoas';
const routerPackages = 'busybox-static,dropbear-bin';
const dropped = ['man', 'doc', 'locale', 'info', 'lintian', 'bash-completion'];

/** Modules of the sbc's kernel that no machine like it has a use for, dropped for a smaller disk. */
const droppedModules =
  'arch/x86/kvm drivers/ata drivers/comedi drivers/hid drivers/infiniband drivers/scsi drivers/target drivers/xen drivers/hv ' +
  'drivers/vfio drivers/net/ethernet drivers/net/wireless fs/btrfs fs/xfs fs/nfs fs/nfsd fs/smb fs/ceph fs/orangefs ' +
  'net/sunrpc net/sctp net/tipc net/rds net/smc net/dccp net/ceph net/openvswitch net/l2tp';

export interface Packages {
  /** Debian + systemd with a kernel, installed, as a tar. */
  sbcTar: string;
  sbcKernelVersion: string;
  /** busybox-static, dropbear and their libraries, extracted but not configured, as a tar. */
  routerTar: string;
  /** Debian's general kernel: its modules, its bzImage, and its uncompressed ELF, which QEMU starts fastest. */
  modulesDir: string;
  kernelVersion: string;
  bzImage: string;
  vmlinux: string;
  /** The host's busybox, static: for initramfs archives. */
  busybox: string;
}

/** Fetches the packages, or finds them in the cache. */
export async function packages(): Promise<Packages> {
  const dir = await cached('packages', ['build/packages.ts'], suite, fetchAll);
  const kernelVersion = (await readdir(join(dir, 'kernel/lib/modules')))[0] ?? '';
  return {
    sbcTar: join(dir, 'sbc.tar'),
    sbcKernelVersion: (await readFile(join(dir, 'sbc-kernel-version'), 'utf8')).trim(),
    routerTar: join(dir, 'router.tar'),
    modulesDir: join(dir, 'kernel/lib/modules', kernelVersion),
    kernelVersion,
    bzImage: join(dir, 'kernel/boot', `vmlinuz-${kernelVersion}`),
    vmlinux: join(dir, 'vmlinux'),
    busybox: join(dir, 'busybox'),
  };
}

async function fetchAll(dir: string): Promise<void> {
  await fetchSbc(dir);
  await bootstrap(dir, 'router.tar', ['--variant=extract', `--include=${routerPackages}`]);
  await run([
    'tar',
    '-xf',
    join(dir, 'router.tar'),
    '-C',
    dir,
    '--strip-components=2',
    './bin/busybox',
  ]);
  await unpackKernel(dir);
}

/** The sbc's root with its kernel inside; the general kernel's package comes along by the same apt. */
async function fetchSbc(dir: string): Promise<void> {
  const hook = `mkdir "$1/kernels"
    cd "$1/kernels"
    export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"
    kernel() { apt-cache depends "$1" | sed -n 's/.*Depends: //p'; }
    apt-get -o APT::Sandbox::User=root download "$(kernel linux-image-cloud-amd64)" "$(kernel linux-image-amd64)"
    dpkg-deb --fsys-tarfile linux-image-*-cloud-amd64_*.deb | tar -x -C "$1" --keep-directory-symlink
    version=$(ls "$1/lib/modules")
    for part in ${droppedModules}; do rm -rf "$1/lib/modules/$version/kernel/$part"; done
    rm "$1/boot/System.map-$version" "$1/boot/config-$version"
    chroot "$1" depmod "$version"
    # usrmerge, and all of Perl for its sake, has done its work: usr-is-merged stands in for it.
    big=$(chroot "$1" dpkg-query -W -f '\${Package} ' 'perl-modules-*' 'libperl5*')
    chroot "$1" dpkg --purge usrmerge libfile-find-rule-perl libnumber-compare-perl libtext-glob-perl perl $big`;
  await bootstrap(dir, 'sbc-with-kernels.tar', [
    '--variant=minbase',
    `--include=${sbcPackages}`,
    `--customize-hook=${hook}`,
  ]);
  await runAsRoot(
    `cd "$1"
    tar -xf sbc-with-kernels.tar --wildcards './kernels/*' './boot/vmlinuz-*' --no-same-owner
    ls boot | sed 's/^vmlinuz-//' >sbc-kernel-version
    mkdir kernel
    dpkg-deb -x "$(ls kernels/*.deb | grep -v cloud)" kernel
    tar --delete -f sbc-with-kernels.tar ./kernels
    mv sbc-with-kernels.tar sbc.tar
    rm -rf kernels boot`,
    [dir],
  );
}

async function bootstrap(dir: string, tar: string, options: string[]): Promise<void> {
  await run([
    'mmdebstrap',
    '--quiet',
    '--aptopt=APT::Install-Recommends "false"',
    ...dropped.map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    ...options,
    suite,
    join(dir, tar),
  ]);
}

/** A bzImage holds the kernel ELF as one xz stream; started directly it spares the slow unpacking. */
async function unpackKernel(dir: string): Promise<void> {
  const version = (await readdir(join(dir, 'kernel/lib/modules')))[0] ?? '';
  const image = await readFile(join(dir, 'kernel/boot', `vmlinuz-${version}`));
  const at = image.indexOf(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]));
  if (at < 0) throw new Error('lab: no xz stream found in the kernel image');
  const packed = join(dir, 'vmlinux.xz');
  await writeFile(packed, image.subarray(at));
  await run([
    'sh',
    '-euc',
    'xz -dc --single-stream "$1" >"$2"; rm "$1"',
    'xz',
    packed,
    join(dir, 'vmlinux'),
  ]);
  await mkdir(join(dir, 'kernel'), { recursive: true });
}
