import { bigEndian, littleEndian, magic } from './magic.js';

/** U-Boot `include/image.h`: struct legacy_img_hdr, 64 bytes, big endian. */
export const isUimage = (head: Buffer): boolean =>
  head.length >= 64 && head.readUInt32BE(0) === 0x27051956;
/** Bytes of a legacy U-Boot image, its header of 64 bytes included (U-Boot, `include/image.h`). */
export const uimageLength = (head: Buffer): number => 64 + head.readUInt32BE(12);

/** The name in a uImage, and where U-Boot puts the content and starts it. */
export function uimageDetails(head: Buffer): string[] {
  const name = head.toString('utf8', 32, 64).replace(/\0.*$/s, '');
  const hex = (at: number) => `0x${head.readUInt32BE(at).toString(16).padStart(8, '0')}`;
  return [
    ...(name === '' ? [] : [`name ${JSON.stringify(name)}`]),
    `load address ${hex(16)}`,
    `entry point ${hex(20)}`,
  ];
}

/**
 * OpenWrt `firmware-utils/src/trx.c`: struct trx_header, little endian, with `HDR0`, the length of all, a CRC, flags
 * and a version of 1 or 2.
 */
export const isTrx = (head: Buffer): boolean =>
  head.length >= 28 && magic(0, 'HDR0')(head) && [1, 2].includes(head.readUInt16LE(14));
/** Bytes of a TRX image (OpenWrt, `trx.c`). */
export const trxLength = (head: Buffer): number => head.readUInt32LE(4);

/**
 * The contents of other partitions of an Android device: vbmeta (`external/avb/libavb/avb_vbmeta_image.h`), dtbo
 * (`system/libufdt/utils/src/dt_table.h`), super (`fs_mgr/liblp/include/liblp/metadata_format.h`).
 */
export const isAndroidOther = (head: Buffer): boolean =>
  magic(0, 'AVB0')(head) || bigEndian(0, 0xd7b7ab1e)(head) || littleEndian(4096, 0x616c4467)(head);

/**
 * A Linux kernel as its build makes it, where the architecture gives it a magic:
 * `Documentation/arch/arm64/booting.rst`, `riscv/boot-image-header.rst`, `loongarch/booting.rst`, `x86/boot.rst`,
 * `arch/arm/boot/compressed/head.S` (either byte order), `drivers/firmware/efi/libstub/zboot-header.S`.
 */
export const isKernel = (head: Buffer): boolean =>
  magic(56, 'ARM\x64', 'RSC\x05')(head) ||
  littleEndian(56, 0x818223cd)(head) ||
  littleEndian(36, 0x016f2818, 0x18286f01)(head) ||
  (magic(514, 'HdrS')(head) && magic(510, '\x55\xaa')(head)) ||
  (magic(0, 'MZ')(head) && magic(4, 'zimg')(head));

/**
 * Bytes of a kernel that tells where it ends: `arch/arm/boot/compressed/head.S` has its first and last address behind the
 * magic, in the same byte order. The sizes in others' headers count memory, which is more than the file.
 */
export function kernelLength(head: Buffer): number {
  const little = littleEndian(36, 0x016f2818)(head);
  if (head.length < 48 || !(little || bigEndian(36, 0x016f2818)(head))) return 0;
  const [start, end] = [40, 44].map((at) =>
    little ? head.readUInt32LE(at) : head.readUInt32BE(at),
  );
  return Math.max(0, (end ?? 0) - (start ?? 0));
}

/**
 * What boots before the kernel, where it has a magic: an Allwinner SPL (U-Boot `include/sunxi_image.h`), an i.MX
 * image vector table (`include/imximage.h`), a Rockchip idblock (`tools/rkcommon.c`, newer chips), a firmware image
 * package of TF-A (`include/tools_share/firmware_image_package.h`), a UEFI firmware volume (PI 1.7, volume 3, §3.2.1),
 * and an Intel flash descriptor.
 */
export const isBootLoader = (head: Buffer): boolean =>
  magic(4, 'eGON.BT')(head) ||
  [0xd1002040, 0xd1002041, 0xd1002043].some((tag) => bigEndian(0, tag)(head)) ||
  magic(0, 'RKNS', 'RKSS')(head) ||
  littleEndian(0, 0xaa640001)(head) ||
  magic(40, '_FVH')(head) ||
  littleEndian(16, 0x0ff0a55a)(head);

/**
 * A kernel and a root file system behind a header for a vendor's boot loader, which is on the flash as well: Seama
 * (OpenWrt `firmware-utils/src/seama.h`), TP-Link's first form (`src/tplink-lib.h`), WRGG (`src/mkwrggimg.c`).
 */
export const isVendorImage = (head: Buffer): boolean =>
  bigEndian(0, 0x5ea3a417)(head) ||
  (bigEndian(0, 1)(head) && magic(4, 'TP-LINK Technologies', 'OpenWrt')(head)) ||
  bigEndian(32, 0x20040220, 0x20022004)(head);
