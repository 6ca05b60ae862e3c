import { isExt, isFat, isFit, isPartitionTable, isSquashfs, isUimage } from './formats.js';
import type { ImageFormat } from './image.js';

/** Bytes from the beginning of an image that are enough for every format; fewer are taken as they are. */
export const sniffLength = 128 * 1024;

/**
 * In this order, because a disk's first sector, a FAT boot sector and the boot code before an ext superblock
 * all may end in 55 AA. Adding a format is adding a line here.
 */
const formats: [ImageFormat, (head: Buffer) => boolean][] = [
  ['ubi', (head) => head.toString('latin1', 0, 4) === 'UBI#' && head[4] === 1],
  ['ubifs', (head) => isUbifsNode(head)],
  ['squashfs', isSquashfs],
  ['uimage', isUimage],
  ['fit', isFit],
  ['fat', isFat],
  ['ext4', isExt],
  ['disk', isPartitionTable],
];

/** Names the format of an image from its first decompressed bytes; the formats' sources are named where they are. */
export function sniff(head: Uint8Array): ImageFormat {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  return formats.find(([, matches]) => matches(bytes))?.[0] ?? 'unknown';
}

/**
 * The LEB size in bytes that a UBIFS image was made for, from its superblock node
 * (Linux `fs/ubifs/ubifs-media.h`, struct ubifs_sb_node); undefined where the image does not begin with one.
 */
export function ubifsLebSize(head: Uint8Array): number | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const superblockNode = 6;
  if (!isUbifsNode(bytes) || bytes[20] !== superblockNode || bytes.length < 40) return undefined;
  return bytes.readUInt32LE(36);
}

/** Linux `fs/ubifs/ubifs-media.h`, struct ubifs_ch: magic 0x06101831, little endian, at the start of every node. */
const isUbifsNode = (head: Buffer): boolean =>
  head.length >= 24 && head.readUInt32LE(0) === 0x06101831;
