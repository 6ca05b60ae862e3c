/** Linux `fs/ext4/ext4.h`: struct ext4_super_block at 1024, its magic at 1080; ext2 and ext3 have the same. */
export function isExt(head: Buffer): boolean {
  if (head.length < 1024 + 264 || head.readUInt16LE(1080) !== 0xef53) return false;
  const logBlockSize = head.readUInt32LE(1048);
  return logBlockSize <= 6 && head.readUInt32LE(1028) > 0 && head.readUInt32LE(1044) <= 1;
}

/** Linux `fs/squashfs/squashfs_fs.h`: struct squashfs_super_block, version 4. */
export const isSquashfs = (head: Buffer): boolean =>
  head.length >= 96 && head.toString('latin1', 0, 4) === 'hsqs' && head.readUInt16LE(28) === 4;

/** U-Boot `include/image.h`: struct legacy_img_hdr, 64 bytes, big endian. */
export const isUimage = (head: Buffer): boolean =>
  head.length >= 64 && head.readUInt32BE(0) === 0x27051956;

/**
 * A flattened device tree (Devicetree Specification 0.4, §5) with a node `/images`, which is what makes it a FIT
 * (U-Boot `doc/usage/fit/source_file_format.rst`) and not a plain device tree.
 */
export function isFit(head: Buffer): boolean {
  if (head.length < 40 || head.readUInt32BE(0) !== 0xd00dfeed) return false;
  const beginNode = 1;
  const endNode = 2;
  const property = 3;
  const nop = 4;
  let depth = 0;
  for (let at = head.readUInt32BE(8); at + 8 <= head.length;) {
    const token = head.readUInt32BE(at);
    at += 4;
    if (token === beginNode) {
      const end = head.indexOf(0, at);
      if (end < 0) return false;
      depth += 1;
      if (depth === 2 && head.toString('latin1', at, end) === 'images') return true;
      at = aligned(end + 1);
    } else if (token === property) {
      at = aligned(at + 8 + head.readUInt32BE(at));
    } else if (token === endNode) {
      depth -= 1;
    } else if (token !== nop) {
      return false;
    }
  }
  return false;
}

const aligned = (offset: number): number => Math.ceil(offset / 4) * 4;

/** A BIOS parameter block (Microsoft, FAT: General Overview of On-Disk Format 1.03), judged by all its fields. */
export function isFat(head: Buffer): boolean {
  if (head.length < 512 || !hasBootSignature(head)) return false;
  const jump = head[0] === 0xe9 || (head[0] === 0xeb && head[2] === 0x90);
  const sectorSize = head.readUInt16LE(11);
  const clusterSize = head.readUInt8(13);
  return (
    jump &&
    [512, 1024, 2048, 4096].includes(sectorSize) &&
    clusterSize > 0 &&
    (clusterSize & (clusterSize - 1)) === 0 &&
    head.readUInt16LE(14) > 0 &&
    [1, 2].includes(head.readUInt8(16)) &&
    head.readUInt8(21) >= 0xf0
  );
}

/**
 * A GPT (UEFI Specification 2.10, §5.3: 'EFI PART' in the second sector, of 512 or of 4096 bytes), or an MBR
 * (same, §5.2.1) whose entries can be partitions, which tells it from other sectors that end in 55 AA.
 */
export function isPartitionTable(head: Buffer): boolean {
  if (head.toString('latin1', 512, 520) === 'EFI PART') return true;
  if (head.toString('latin1', 4096, 4104) === 'EFI PART') return true;
  if (head.length < 512 || !hasBootSignature(head)) return false;
  const entries = [446, 462, 478, 494].map((at) => head.subarray(at, at + 16));
  const used = entries.filter((entry) => entry[4] !== 0);
  return (
    used.length > 0 &&
    entries.every((entry) => entry[0] === 0 || entry[0] === 0x80) &&
    used.every((entry) => entry.readUInt32LE(8) > 0 && entry.readUInt32LE(12) > 0)
  );
}

const hasBootSignature = (head: Buffer): boolean => head[510] === 0x55 && head[511] === 0xaa;

/**
 * The bytes that an image must at least have by its own header, so that a raw image that was cut is noticed.
 * Only for formats whose header says so reliably: the last partition of a disk image may well reach beyond its end.
 */
export function declaredLength(head: Buffer): number | undefined {
  if (isSquashfs(head)) return Number(head.readBigUInt64LE(40));
  if (isUimage(head)) return 64 + head.readUInt32BE(12);
  if (isFit(head)) return head.readUInt32BE(4);
  if (!isExt(head)) return undefined;
  const wide = (head.readUInt32LE(1120) & 0x80) !== 0;
  const blocks = head.readUInt32LE(1028) + (wide ? head.readUInt32LE(1024 + 0x150) * 2 ** 32 : 0);
  return blocks * 1024 * 2 ** head.readUInt32LE(1048);
}
