import { littleEndian, type Matches } from '../format/magic.js';
import { ubiCrc } from './ubi-headers.js';

const superblockType = 6;
/** Bytes of a superblock node, which is where a UBIFS begins. */
const superblockSize = 4096;

/** Linux `fs/ubifs/ubifs-media.h`, struct ubifs_ch: magic 0x06101831, little endian, at the start of every node. */
export const isUbifsNode: Matches = (head) =>
  head.length >= 24 && littleEndian(0, 0x06101831)(head);

/** Bytes of a UBIFS by its superblock (struct ubifs_sb_node): mkfs.ubifs writes `leb_cnt` whole LEBs. */
export const ubifsLength = (head: Buffer): number =>
  head.length < superblockSize ? superblockSize : head.readUInt32LE(36) * head.readUInt32LE(40);

/** What is wrong with a superblock that is all there; undefined where nothing is. */
export function ubifsFault(head: Buffer): string | undefined {
  if (head[20] !== superblockType) return 'the UBIFS does not begin with a superblock';
  if (head.length < superblockSize) return undefined;
  const sum = ubiCrc(head.subarray(8, superblockSize));
  return head.readUInt32LE(16) === superblockSize && sum === head.readUInt32LE(4)
    ? undefined
    : 'the superblock of the UBIFS has a wrong checksum';
}

/** The LEB size in bytes that a UBIFS was made for; undefined where the image does not begin with a superblock. */
export const ubifsLebSize = (head: Buffer): number | undefined =>
  isUbifsNode(head) && head[20] === superblockType && head.length >= 40
    ? head.readUInt32LE(36)
    : undefined;
