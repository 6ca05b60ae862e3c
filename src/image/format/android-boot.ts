import { magic } from './magic.js';

/** Android `system/tools/mkbootimg/include/bootimg/bootimg.h`: boot, recovery and vendor_boot. */
export const isAndroidBoot = magic(0, 'ANDROID!', 'VNDRBOOT');

/**
 * Bytes that a boot image must at least have: its parts, each of which begins with a page. The padding of the last one
 * is not counted, because not all programs write it. 0 where the header makes no sense.
 */
export function androidBootLength(head: Buffer): number {
  const isVendor = magic(0, 'VNDRBOOT')(head);
  if (head.length < 2128) return 0;
  const version = head.readUInt32LE(isVendor ? 8 : 40);
  const plain = version === 3 || version === 4;
  const pageSize = isVendor ? head.readUInt32LE(12) : plain ? 4096 : head.readUInt32LE(36);
  if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) return 0;
  const headerSize = isVendor ? (version >= 4 ? 2128 : 2112) : 1;
  const fields = isVendor
    ? vendorParts(version)
    : plain
      ? [8, 12, ...(version === 4 ? [1580] : [])]
      : bootParts(version);
  return fields
    .map((at) => head.readUInt32LE(at))
    .filter((size) => size > 0)
    .reduce((end, size) => Math.ceil(end / pageSize) * pageSize + size, headerSize);
}

/**
 * The offsets at which versions 0 to 2 have the sizes of kernel, ramdisk and second stage, and of what later versions
 * added: recovery DTBO and device tree. Before there were versions, Qualcomm stored the size of a device tree in the
 * field of the version.
 */
const bootParts = (version: number): number[] => [
  8,
  16,
  24,
  ...(version === 1 || version === 2 ? [1632] : []),
  ...(version === 2 ? [1648] : []),
  ...(version > 4 ? [40] : []),
];

/**
 * The offsets at which a vendor_boot has the sizes of ramdisk and device tree; version 4 adds a table and a boot
 * configuration.
 */
const vendorParts = (version: number): number[] => [
  24,
  2100,
  ...(version >= 4 ? [2112, 2124] : []),
];
