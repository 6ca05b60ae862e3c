import { androidBootLength, isAndroidBoot } from './android-boot.js';
import {
  isAndroidOther,
  isBootLoader,
  isKernel,
  isTrx,
  isUimage,
  isVendorImage,
  kernelLength,
  trxLength,
  uimageLength,
} from './boot-formats.js';
import { fitLength, isDeviceTree, isFit } from './device-tree.js';
import * as fs from './file-systems.js';
import type { ImageFormat } from '../image.js';
import { magic, type Matches } from './magic.js';
import { gptSectorSizes, isPartitionTable } from '../disk/partition-table.js';
import { isUbifsNode, ubifsFault, ubifsLength } from '../ubi/ubifs.js';

/** Bytes from the beginning of an image that are enough for every format; fewer are taken as they are. */
export const sniffLength = 128 * 1024;

interface Format {
  name: ImageFormat;
  matches: Matches;
  /** Bytes that an image must at least have by its own header, so that one that was cut is noticed. */
  length?: (head: Buffer) => number;
  /** What is wrong with the header, where it has a checksum. */
  fault?: (head: Buffer) => string | undefined;
  /** Bytes of the largest logical sectors that a medium for it may have, where the format depends on them. */
  sectorSize?: (head: Buffer) => number;
}

/**
 * The formats that a device boots from or mounts. They are tried in this order, because a disk's first sector, a FAT
 * boot sector, a kernel with a boot sector, and the boot code before an ext superblock all may end in 55 AA. Adding a
 * format is adding a line here.
 */
const formats: Format[] = [
  { name: 'ubi', matches: (head) => magic(0, 'UBI#\x01')(head) },
  { name: 'ubifs', matches: isUbifsNode, length: ubifsLength, fault: ubifsFault },
  {
    name: 'squashfs',
    matches: fs.isSquashfs,
    length: fs.squashfsLength,
  },
  { name: 'jffs2', matches: fs.isJffs2 },
  { name: 'cramfs', matches: fs.isCramfs, length: fs.cramfsLength },
  { name: 'romfs', matches: fs.isRomfs, length: fs.romfsLength },
  { name: 'uimage', matches: isUimage, length: uimageLength },
  { name: 'fit', matches: isFit, length: fitLength },
  { name: 'dtb', matches: isDeviceTree, length: (head) => head.readUInt32BE(4) },
  { name: 'trx', matches: isTrx, length: trxLength },
  { name: 'vendor', matches: isVendorImage },
  { name: 'android-boot', matches: isAndroidBoot, length: androidBootLength },
  { name: 'kernel', matches: isKernel, length: kernelLength },
  { name: 'disk', matches: (head) => gptSectorSizes(head).length > 0 },
  { name: 'xfs', matches: fs.isXfs, length: fs.xfsLength, sectorSize: fs.xfsSectorSize },
  { name: 'btrfs', matches: fs.isBtrfs, length: fs.btrfsLength },
  { name: 'f2fs', matches: fs.isF2fs, length: fs.f2fsLength },
  { name: 'erofs', matches: fs.isErofs, length: fs.erofsLength, sectorSize: fs.erofsBlockSize },
  { name: 'luks', matches: fs.isLuks },
  { name: 'lvm', matches: fs.isLvm },
  { name: 'exfat', matches: fs.isExfat, length: fs.exfatLength, sectorSize: fs.exfatSectorSize },
  { name: 'fat', matches: fs.isFat, length: fs.fatLength, sectorSize: fs.fatSectorSize },
  { name: 'ext4', matches: fs.isExt, length: fs.extLength, sectorSize: fs.extBlockSize },
  { name: 'disk', matches: isPartitionTable },
  { name: 'android', matches: isAndroidOther },
  { name: 'boot-loader', matches: isBootLoader },
];

/**
 * Names the format of an image from its first decompressed bytes; each format's specification is named where the format
 * is recognised.
 */
export const sniff = (head: Uint8Array): ImageFormat => formatOf(asBuffer(head))?.name ?? 'unknown';

/**
 * The bytes that an image must at least have by its own header, so that a raw image that was cut is noticed; 0 where
 * the header does not say so. What a disk needs is more than its first bytes tell: see `DiskReader`.
 */
export const declaredLength = (head: Buffer): number => formatOf(head)?.length?.(head) ?? 0;

/** What is wrong with the header that an image begins with; undefined where it is sound, or has no checksum. */
export const headerFault = (head: Buffer): string | undefined => formatOf(head)?.fault?.(head);

/** Bytes of the largest logical sectors that a file system works on; undefined where it does not matter. */
export const largestSector = (head: Buffer): number | undefined =>
  formatOf(head)?.sectorSize?.(head) || undefined;

const formatOf = (head: Buffer): Format | undefined => formats.find(({ matches }) => matches(head));

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
