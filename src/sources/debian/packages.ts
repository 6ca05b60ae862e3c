/**
 * Debian package → the programs of it that levitate knows. For any other program, a profile names the package as well.
 */
const packages: Record<string, string[]> = {
  'busybox-static': ['busybox'],
  'dropbear-bin': ['dropbear', 'dropbearkey', 'dropbearconvert', 'dbclient'],
  'mtd-utils': [
    ...['ubiformat', 'ubiattach', 'ubidetach', 'ubiupdatevol', 'ubinfo', 'ubimkvol', 'ubirmvol'],
    ...[
      'ubirename',
      'ubirsvol',
      'ubiblock',
      'ubinize',
      'ubiscan',
      'ubicrc32',
      'mtdinfo',
      'mtd_debug',
    ],
    ...[
      'nanddump',
      'nandwrite',
      'nandtest',
      'flash_erase',
      'flashcp',
      'flash_lock',
      'flash_unlock',
    ],
    ...['mkfs.ubifs', 'mkfs.jffs2', 'lsmtd'],
  ],
  e2fsprogs: [
    ...['mke2fs', 'mkfs.ext2', 'mkfs.ext3', 'mkfs.ext4', 'e2fsck', 'fsck.ext4', 'resize2fs'],
    ...['tune2fs', 'dumpe2fs', 'debugfs', 'e2label'],
  ],
  dosfstools: ['mkfs.fat', 'mkfs.vfat', 'fsck.fat', 'fsck.vfat', 'fatlabel'],
  'f2fs-tools': ['mkfs.f2fs', 'fsck.f2fs'],
  'btrfs-progs': ['btrfs', 'mkfs.btrfs'],
  'squashfs-tools': ['mksquashfs', 'unsquashfs'],
  fdisk: ['fdisk', 'sfdisk', 'cfdisk'],
  gdisk: ['gdisk', 'sgdisk'],
  parted: ['parted', 'partprobe'],
  'util-linux': ['blkid', 'wipefs', 'lsblk', 'findmnt', 'blkdiscard'],
  dmsetup: ['dmsetup'],
  lvm2: ['lvm'],
  'cryptsetup-bin': ['cryptsetup'],
  mdadm: ['mdadm'],
  'mmc-utils': ['mmc'],
  'nvme-cli': ['nvme'],
  hdparm: ['hdparm'],
  'libubootenv-tool': ['fw_printenv', 'fw_setenv'],
  kmod: ['kmod'],
  'kexec-tools': ['kexec'],
  zstd: ['zstd'],
  'xz-utils': ['xz'],
  wpasupplicant: ['wpa_supplicant', 'wpa_cli'],
  iw: ['iw'],
  'wireguard-tools': ['wg'],
  tcpdump: ['tcpdump'],
  strace: ['strace'],
  rsync: ['rsync'],
  socat: ['socat'],
  memtester: ['memtester'],
};

/** Program → package. */
export const packageOfProgram: ReadonlyMap<string, string> = new Map(
  Object.entries(packages).flatMap(([name, programs]) =>
    programs.map((program): [string, string] => [program, name]),
  ),
);
