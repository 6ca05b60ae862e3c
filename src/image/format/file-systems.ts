import { crc32 } from 'node:zlib';
import { bigEndian, littleEndian, magic } from './magic.js';
import { isPartitionTable } from '../disk/partition-table.js';

/** Linux `fs/ext4/ext4.h`: struct ext4_super_block at 1024, its magic at 1080; ext2 and ext3 have the same. */
export function isExt(head: Buffer): boolean {
  if (head.length < 1024 + 264 || head.readUInt16LE(1080) !== 0xef53) return false;
  const logBlockSize = head.readUInt32LE(1048);
  return logBlockSize <= 6 && head.readUInt32LE(1028) > 0 && head.readUInt32LE(1044) <= 1;
}

/** Bytes of a block of ext2, ext3 or ext4 (kernel, `fs/ext4/ext4.h`: `s_log_block_size`). */
export const extBlockSize = (head: Buffer): number => 1024 * 2 ** head.readUInt32LE(1048);

/** Bytes of an ext2, ext3 or ext4 file system. */
export function extLength(head: Buffer): number {
  if (head.length < 2048) return 2048;
  const wide = (head.readUInt32LE(1120) & 0x80) !== 0;
  const blocks = head.readUInt32LE(1028) + (wide ? head.readUInt32LE(1024 + 0x150) * 2 ** 32 : 0);
  return blocks * extBlockSize(head);
}

/** Which of ext2, ext3 and ext4 it is, by its features (`has_journal`; extents, 64bit, flex_bg), and its label. */
export function extDetails(head: Buffer): string[] {
  if (head.length < 2048) return [];
  const journal = (head.readUInt32LE(1116) & 0x4) !== 0;
  const newer = (head.readUInt32LE(1120) & 0x2c0) !== 0;
  return [newer ? 'ext4' : journal ? 'ext3' : 'ext2', ...labelOf(head, 1024 + 120, 16)];
}

/** The label in a field of a superblock, if there is one, without what a terminal obeys. */
function labelOf(head: Buffer, at: number, length: number): string[] {
  const label = head.toString('utf8', at, at + length).replace(/\0.*$/s, '');
  return label === '' ? [] : [`label ${JSON.stringify(label)}`];
}

/**
 * Linux `fs/squashfs/squashfs_fs.h`: struct squashfs_super_block. Versions before 4 came in either byte order, and
 * routers' variants with lzma have magics of their own.
 */
export function isSquashfs(head: Buffer): boolean {
  if (head.length < 96) return false;
  if (magic(0, 'hsqs', 'shsq')(head))
    return head.readUInt16LE(28) >= 1 && head.readUInt16LE(28) <= 4;
  return magic(0, 'sqsh', 'qshs')(head) && head.readUInt16BE(28) >= 1 && head.readUInt16BE(28) <= 3;
}

/** Bytes that the file system uses; versions before 4 have it elsewhere. */
export const squashfsLength = (head: Buffer): number =>
  head.readUInt16LE(28) === 4 ? Number(head.readBigUInt64LE(40)) : 0;

const squashfsCompressions = ['gzip', 'lzma', 'lzo', 'xz', 'lz4', 'zstd'];

/** What a squashfs is compressed with, which the kernel of the device must know. */
export function squashfsDetails(head: Buffer): string[] {
  const name = squashfsCompressions[head.readUInt16LE(20) - 1];
  return head.readUInt16LE(28) === 4 && name !== undefined
    ? [`compressed with ${name} inside`]
    : [];
}

/** Linux `fs/erofs/erofs_fs.h`: struct erofs_super_block at 1024. */
export const isErofs = littleEndian(1024, 0xe0f5e1e2);
/** Bytes of a block of EROFS (kernel, `fs/erofs/erofs_fs.h`: `blkszbits`). */
export const erofsBlockSize = (head: Buffer): number => 2 ** (head[1024 + 12] ?? 0);
/** Bytes of an EROFS file system. */
export const erofsLength = (head: Buffer): number =>
  head.length < 1024 + 64 ? 0 : head.readUInt32LE(1024 + 36) * erofsBlockSize(head);

/** Linux `include/linux/f2fs_fs.h`: struct f2fs_super_block at 1024. */
export const isF2fs = littleEndian(1024, 0xf2f52010);
/** Bytes of an F2FS file system (kernel, `include/linux/f2fs_fs.h`). */
export const f2fsLength = (head: Buffer): number =>
  head.length < 1024 + 64
    ? 0
    : Number(head.readBigUInt64LE(1024 + 36)) * 2 ** head.readUInt32LE(1024 + 16);

/** Linux `include/uapi/linux/btrfs_tree.h`: struct btrfs_super_block at 64 KiB. */
export const isBtrfs = magic(0x10040, '_BHRfS_M');
/** Bytes of a btrfs on one device; of several, each holds what the superblock does not say. */
export const btrfsLength = (head: Buffer): number =>
  head.length < 0x10098 || head.readBigUInt64LE(0x10088) !== 1n
    ? 0
    : Number(head.readBigUInt64LE(0x10070));

/** Linux `fs/xfs/libxfs/xfs_format.h`: struct xfs_dsb, big endian. */
export const isXfs = magic(0, 'XFSB');
/** Bytes of a sector of XFS (kernel, `fs/xfs/libxfs/xfs_format.h`: `sb_sectsize`). */
export const xfsSectorSize = (head: Buffer): number =>
  head.length < 104 ? 0 : head.readUInt16BE(102);
/** Bytes of an XFS file system. */
export const xfsLength = (head: Buffer): number =>
  head.length < 104 ? 0 : Number(head.readBigUInt64BE(8)) * head.readUInt32BE(4);

/** Linux `include/uapi/linux/cramfs_fs.h`: struct cramfs_super, in the byte order of its machine, at 0 or 512. */
export function isCramfs(head: Buffer): boolean {
  return [0, 512].some((at) => magic(at + 16, 'Compressed ROMFS')(head));
}

/** Bytes of the image, which says them since the second version (flag FSID_VERSION_2). */
export function cramfsLength(head: Buffer): number {
  for (const at of [0, 512]) {
    if (!magic(at + 16, 'Compressed ROMFS')(head)) continue;
    const little = littleEndian(at, cramfsMagic)(head);
    if (!little && !bigEndian(at, cramfsMagic)(head)) return 0;
    const [size = 0, flags = 0] = [4, 8].map((field) =>
      little ? head.readUInt32LE(at + field) : head.readUInt32BE(at + field),
    );
    return (flags & 1) === 0 ? 0 : size;
  }
  return 0;
}
const cramfsMagic = 0x28cd3d45;

/** Linux `Documentation/filesystems/romfs.rst`. */
export const isRomfs = magic(0, '-rom1fs-');
/** Bytes of a romfs (kernel, `include/uapi/linux/romfs_fs.h`); 0 where its header is cut. */
export const romfsLength = (head: Buffer): number => (head.length < 12 ? 0 : head.readUInt32BE(8));

/**
 * Linux `include/uapi/linux/jffs2.h`: struct jffs2_unknown_node in the byte order of its machine, with a CRC
 * (Linux's crc32, from 0 and not inverted) over magic, type and length.
 */
export function isJffs2(head: Buffer): boolean {
  if (head.length < 12) return false;
  const little = head.readUInt16LE(0) === 0x1985;
  if (!little && head.readUInt16BE(0) !== 0x1985) return false;
  const sum = ~crc32(head.subarray(0, 8), 0xffffffff) >>> 0;
  return sum === (little ? head.readUInt32LE(8) : head.readUInt32BE(8));
}

/**
 * A BIOS parameter block (Microsoft, FAT: General Overview of On-Disk Format 1.03), judged by all its fields. A
 * sector that holds a partition table, too, is a disk's: the kernel takes it for one (Linux `block/partitions/msdos.c`).
 */
export function isFat(head: Buffer): boolean {
  if (head.length < 512 || head[510] !== 0x55 || head[511] !== 0xaa) return false;
  const jump = head[0] === 0xe9 || (head[0] === 0xeb && head[2] === 0x90);
  const clusterSize = head.readUInt8(13);
  return (
    jump &&
    [512, 1024, 2048, 4096].includes(fatSectorSize(head)) &&
    clusterSize > 0 &&
    (clusterSize & (clusterSize - 1)) === 0 &&
    head.readUInt16LE(14) > 0 &&
    [1, 2].includes(head.readUInt8(16)) &&
    head.readUInt8(21) >= 0xf0 &&
    !isPartitionTable(head)
  );
}

/** Bytes of a sector of FAT (FAT specification 1.03: `BPB_BytsPerSec`). */
export const fatSectorSize = (head: Buffer): number => head.readUInt16LE(11);
/** Bytes of a FAT file system. */
export const fatLength = (head: Buffer): number =>
  (head.readUInt16LE(19) || head.readUInt32LE(32)) * fatSectorSize(head);

/** exFAT file system specification 1.0, §3.1.2. */
export const isExfat = magic(3, 'EXFAT   ');
/** Bytes of a sector of exFAT (exFAT specification, §3.1.14); 0 where the header names none. */
export function exfatSectorSize(head: Buffer): number {
  const shift = head[108] ?? 0;
  return shift >= 9 && shift <= 12 ? 2 ** shift : 0;
}
/** Bytes of the volume: VolumeLength in sectors (§3.1.5), which have 2^BytesPerSectorShift bytes (§3.1.14). */
export const exfatLength = (head: Buffer): number =>
  head.length < 512 ? 0 : Number(head.readBigUInt64LE(72)) * exfatSectorSize(head);

/** ECMA-119, §8.1: the first volume descriptor, in sector 16 of 2048 bytes. */
export const isIso = magic(32768 + 1, 'CD001');
/** Bytes of the volume by its primary descriptor (§8.4.8, §8.4.12). */
export const isoLength = (head: Buffer): number =>
  head.length < 32768 + 132 || head[32768] !== 1
    ? 0
    : head.readUInt32LE(32768 + 80) * head.readUInt16LE(32768 + 128);

/** LUKS1 and LUKS2 On-Disk Format Specification. */
export const isLuks = magic(0, 'LUKS\xba\xbe');
/** LVM2 `lib/label/label.h`: the label is in one of the first four sectors. */
export const isLvm = (head: Buffer): boolean =>
  [0, 512, 1024, 1536].some((at) => magic(at, 'LABELONE')(head) && magic(at + 24, 'LVM2')(head));
