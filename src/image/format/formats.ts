import { androidBootLength, isAndroidBoot } from './android-boot.js';
import { isSysupgradeTar, tarNames } from './archive-names.js';
import {
  isAndroidOther,
  isBootLoader,
  isKernel,
  isTrx,
  isUimage,
  isVendorImage,
  kernelLength,
  trxLength,
  uimageDetails,
  uimageLength,
} from './boot-formats.js';
import { fitLength, isDeviceTree, isFit } from './device-tree.js';
import * as fs from './file-systems.js';
import type { ImageFormat, ImagePlace } from '../image.js';
import { magic, type Matches } from './magic.js';
import { gptSectorSizes, isPartitionTable } from '../disk/partition-table.js';
import { isUbifsNode, ubifsFault, ubifsLength } from '../ubi/ubifs.js';

/** What is known of a format, whatever is in an image of it. */
export interface AboutFormat {
  /** What an image of it is, for people: `a disk image`. */
  title: string;
  /** The places on flash that such content is for. A person can say otherwise (`raw:`) wherever a boot loader may read it. */
  places: readonly ImagePlace[];
}

interface Format extends AboutFormat {
  name: ImageFormat;
  matches: Matches;
  /** Bytes that an image must at least have by its own header, so that one that was cut is noticed. */
  length?: (head: Buffer) => number;
  /** What is wrong with the header, where it has a checksum. */
  fault?: (head: Buffer) => string | undefined;
  /** Bytes of the largest logical sectors that a medium for it may have, where the format depends on them. */
  sectorSize?: (head: Buffer) => number;
  /** What the header says that a person wants to know, in words: `label root`. */
  details?: (head: Buffer) => string[];
}

/** What a boot loader or a kernel reads from plain flash of any kind. */
const anyFlash = ['partition', 'mtd', 'ubi-volume'] as const;
/** What has no end of its own, so that a partition of a disk takes it with consent alone. */
const rawFlash = ['mtd', 'ubi-volume'] as const;

const disk = { name: 'disk', title: 'a disk image', places: ['disk'] } as const;

/**
 * The formats that a device boots from or mounts, with the places that they are for. They are tried in this order, because
 * a disk's first sector, a FAT boot sector, a kernel with a boot sector, and the boot code before an ext superblock all may
 * end in 55 AA. Adding a format is adding an entry here.
 */
const formats: Format[] = [
  // The checksum of its first header makes an archive one, and its first file may look like anything.
  {
    name: 'sysupgrade',
    title: 'an OpenWrt sysupgrade file (tar)',
    places: ['sysupgrade'],
    matches: isSysupgradeTar,
  },
  {
    name: 'tar',
    title: 'a tree of files (tar)',
    places: ['tree'],
    matches: (head) => tarNames(head) !== undefined,
  },
  {
    name: 'ubi',
    title: 'a UBI layout',
    places: ['ubi'],
    matches: (head) => magic(0, 'UBI#\x01')(head),
  },
  {
    name: 'ubifs',
    title: 'a UBIFS',
    places: ['ubi-volume'],
    matches: isUbifsNode,
    length: ubifsLength,
    fault: ubifsFault,
  },
  {
    name: 'squashfs',
    title: 'a squashfs',
    places: anyFlash,
    matches: fs.isSquashfs,
    length: fs.squashfsLength,
    details: fs.squashfsDetails,
  },
  { name: 'jffs2', title: 'a JFFS2', places: rawFlash, matches: fs.isJffs2 },
  {
    name: 'cramfs',
    title: 'a cramfs',
    places: anyFlash,
    matches: fs.isCramfs,
    length: fs.cramfsLength,
  },
  {
    name: 'romfs',
    title: 'a romfs',
    places: anyFlash,
    matches: fs.isRomfs,
    length: fs.romfsLength,
  },
  {
    name: 'uimage',
    title: 'a U-Boot legacy image (uImage)',
    places: anyFlash,
    matches: isUimage,
    length: uimageLength,
    details: uimageDetails,
  },
  {
    name: 'fit',
    title: 'a FIT of U-Boot',
    places: anyFlash,
    matches: isFit,
    length: fitLength,
  },
  {
    name: 'dtb',
    title: 'a device tree',
    places: anyFlash,
    matches: isDeviceTree,
    length: (head) => head.readUInt32BE(4),
  },
  { name: 'trx', title: 'a TRX', places: rawFlash, matches: isTrx, length: trxLength },
  {
    name: 'vendor',
    title: "a kernel and a root file system behind a vendor's header",
    places: rawFlash,
    matches: isVendorImage,
  },
  {
    name: 'android-boot',
    title: 'an Android boot image',
    places: anyFlash,
    matches: isAndroidBoot,
    length: androidBootLength,
  },
  {
    name: 'kernel',
    title: 'a kernel',
    places: rawFlash,
    matches: isKernel,
    length: kernelLength,
  },
  { ...disk, matches: (head) => gptSectorSizes(head).length > 0 },
  {
    name: 'xfs',
    title: 'an XFS',
    places: ['partition'],
    matches: fs.isXfs,
    length: fs.xfsLength,
    sectorSize: fs.xfsSectorSize,
  },
  {
    name: 'btrfs',
    title: 'a btrfs',
    places: ['partition'],
    matches: fs.isBtrfs,
    length: fs.btrfsLength,
  },
  {
    name: 'f2fs',
    title: 'an F2FS',
    places: ['partition'],
    matches: fs.isF2fs,
    length: fs.f2fsLength,
  },
  {
    name: 'erofs',
    title: 'an EROFS',
    places: anyFlash,
    matches: fs.isErofs,
    length: fs.erofsLength,
    sectorSize: fs.erofsBlockSize,
  },
  { name: 'luks', title: 'a LUKS container', places: ['partition'], matches: fs.isLuks },
  { name: 'lvm', title: 'a physical volume of LVM', places: ['partition'], matches: fs.isLvm },
  {
    name: 'exfat',
    title: 'an exFAT',
    places: ['partition'],
    matches: fs.isExfat,
    length: fs.exfatLength,
    sectorSize: fs.exfatSectorSize,
  },
  {
    name: 'fat',
    title: 'a FAT file system',
    places: anyFlash,
    matches: fs.isFat,
    length: fs.fatLength,
    sectorSize: fs.fatSectorSize,
  },
  {
    name: 'ext4',
    title: 'an ext2, ext3 or ext4 file system',
    places: anyFlash,
    matches: fs.isExt,
    length: fs.extLength,
    sectorSize: fs.extBlockSize,
    details: fs.extDetails,
  },
  { ...disk, matches: isPartitionTable },
  {
    name: 'android',
    title: 'an Android vbmeta, dtbo or super partition',
    places: anyFlash,
    matches: isAndroidOther,
  },
  { name: 'boot-loader', title: 'a boot loader', places: rawFlash, matches: isBootLoader },
];

/** The format that an image begins with; undefined where none is known. */
export const formatOf = (head: Buffer): Format | undefined =>
  formats.find(({ matches }) => matches(head));

/** What is known of a format; `unknown` content is for no place. */
export const aboutFormat = (name: ImageFormat): AboutFormat =>
  formats.find((format) => format.name === name) ?? { title: 'of no known format', places: [] };

/** Whether content of a format is for a place. */
export const isFor = (name: ImageFormat, place: ImagePlace): boolean =>
  aboutFormat(name).places.includes(place);
