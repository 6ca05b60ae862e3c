import type { SignedBy } from './signature/signed-by.js';
import type { TreeIndex } from './tree/tree.js';

/** The unit of comparison, transfer, resume and read-back, in bytes; a multiple of every usual eraseblock. */
export const chunkSize = 1024 * 1024;

/** The bytes of a chunk of an image of this length: the last chunk may have fewer than the others. */
export const chunkBytes = (length: number, index: number): number =>
  Math.min(chunkSize, length - index * chunkSize);

/** How many physical eraseblocks of a size in bytes make a group: as many as a chunk holds, or one. */
export const pebsInGroup = (pebSize: number): number =>
  Math.max(1, Math.floor(chunkSize / pebSize));

/**
 * What an image file may be compressed with; `lz4` is both of its frames, `lzma` the old format of one stream, `zip` an
 * archive of one file, and `sparse` an Android sparse image.
 */
export type ImageCompression =
  'none' | 'gzip' | 'xz' | 'zstd' | 'bzip2' | 'lz4' | 'lzma' | 'lzip' | 'zip' | 'sparse';

/** The formats that a device boots from or mounts; `sniff` tells them apart. */
export type ImageFormat =
  | 'disk'
  | 'ext4'
  | 'squashfs'
  | 'fat'
  | 'exfat'
  | 'erofs'
  | 'f2fs'
  | 'btrfs'
  | 'xfs'
  | 'luks'
  | 'lvm'
  | 'ubi'
  | 'ubifs'
  | 'jffs2'
  | 'cramfs'
  | 'romfs'
  | 'uimage'
  | 'fit'
  | 'dtb'
  | 'trx'
  | 'vendor'
  | 'kernel'
  | 'boot-loader'
  | 'android-boot'
  | 'android'
  | 'tar'
  | 'sysupgrade'
  | 'unknown';

/**
 * The kinds of places on flash that content can be for: a whole disk, a plain MTD, a whole UBI, the volumes of an OpenWrt …; `tree`
 * is a file system that is made for it.
 */
export type ImagePlace =
  'disk' | 'partition' | 'mtd' | 'ubi-volume' | 'ubi' | 'sysupgrade' | 'tree';

/** The files of an OpenWrt sysupgrade file that go to places of their own. */
export type SysupgradeMember = 'root' | 'kernel';

/** A volume as the table of a ubinized image has it. */
export interface UbiVolume {
  name: string;
  isStatic: boolean;
  /** Logical eraseblocks that are reserved for it. */
  lebs: number;
  /** Bytes that each of them holds. */
  lebSize: number;
  /** Whether it grows to what the chip has left, when UBI is attached for the first time. */
  autoresize: boolean;
}

/** What a ubinized image says of itself (Linux `drivers/mtd/ubi/ubi-media.h`). */
export interface UbiImage {
  /** Physical eraseblock size in bytes. */
  pebSize: number;
  vidHeaderOffset: number;
  dataOffset: number;
  pebCount: number;
  volumes: string[];
  /** The same volumes, with what its table says of each. */
  table: UbiVolume[];
  /** SHA-256 of each group of PEBs, less the first 64 bytes of each PEB: the erase counter header, which ubiformat rewrites. */
  bodies: string[];
}

/** The metadata that OpenWrt's build puts behind an image. */
export interface ImageMetadata {
  /** Names of the boards that it is for; empty where it names none. */
  supportedDevices: string[];
  /** `1.0` unless the image needs another layout (major) or other settings (minor) than those before it. */
  compatVersion: string;
  /** The reason for that, for people. */
  compatMessage?: string;
}

/** What the partition table of a disk image asks of the disk. */
export interface DiskImage {
  /** Bytes of the logical sectors that the table counts in; more than one size where it has a table for each. */
  sectorSizes: number[];
  /** Bytes of the smallest disk that it is valid on. */
  size: number;
  /** How many partitions it has; absent where it has a table for more than one size of sectors. */
  partitions?: number;
}

/** A range of bytes. */
export interface ByteRange {
  /** The byte at which it begins. */
  offset: number;
  /** How many bytes it has. */
  length: number;
}

/** What an OpenWrt sysupgrade file holds. */
export interface SysupgradeImage {
  /** The board that it names for itself, with underscores in place of commas. */
  board: string;
  /** Its files that are images of their own; each goes to another place. */
  members: { root: ImageIndex; kernel?: ImageIndex };
}

/** Everything that is known of an image after it was read once from end to end. */
export interface ImageIndex {
  path: string;
  /** Path of a file with its decompressed bytes, which is read in place of the image; absent where there is none. */
  unpacked?: string;
  compression: ImageCompression;
  /** Whether a person asked for the file's bytes as they are, whatever they are. */
  raw: boolean;
  /** The compression of a file that is written as it is; absent where it has none. */
  packed?: string;
  format: ImageFormat;
  /** What an image of unknown format seems to be, for people: `swap`, `only zeros`. */
  looksLike?: string;
  /** Bytes after decompression; of a tree those of the archive that goes to the device. */
  length: number;
  /** Bytes of the file as it lies on this machine. */
  storedLength: number;
  /** What tells a damaged file from a sound one, for people; empty where nothing does. */
  protectedBy: string[];
  /** The signature that counts; absent where none was looked for. */
  signedBy?: SignedBy;
  /** What lies behind the image and is not written; absent where there is nothing, and where the file is taken as it is. */
  metadata?: ImageMetadata;
  /** Hex SHA-256 of the decompressed bytes. */
  sha256: string;
  /** Hex SHA-256 of each chunk of `chunkSize` bytes; the last may be shorter. What is spared counts as zeros. */
  chunks: string[];
  /** Ranges that are not written to the medium, in their order; absent where all of it is. */
  spared?: readonly ByteRange[];
  ubi?: UbiImage;
  /** What it holds, where it is an OpenWrt sysupgrade file. */
  sysupgrade?: SysupgradeImage;
  /** Which bytes of the decompressed file it is; absent where it is all of the file. */
  within?: ByteRange;
  /** The names of each board that a FIT has a configuration or a device tree for; absent where it names none. */
  boards?: string[][];
  /** The board that the archive around it names. */
  board?: string;
  /** The byte where a UBI layout begins, in an image that begins with something else. */
  ubiBehind?: number;
  /** What its partition table asks of a disk. */
  disk?: DiskImage;
  /** Bytes of the largest logical sectors that a file system works on. */
  largestSector?: number;
  /** LEB size in bytes, from a UBIFS superblock. */
  ubifsLebSize?: number;
  /** The files of a tar archive, which are put into a file system that is made for them; absent where it is taken as it is. */
  tree?: TreeIndex;
}
