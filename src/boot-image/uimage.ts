import { crc32 } from 'node:zlib';
import type { Architecture } from '../profile/schema.js';
import { uBootArchitecture } from './u-boot.js';

const magic = 0x27051956;
const headerBytes = 64;
const nameBytes = 32;
/** Operating system Linux, type ramdisk, compression none: the kernel unpacks it, not U-Boot. */
const [linux, ramdisk, uncompressed] = [5, 3, 0];

/**
 * An archive as U-Boot's legacy ramdisk image (`struct legacy_img_hdr` in U-Boot `include/image.h`, big endian), which
 * `bootm` and `bootz` know as uInitrd. It is dated 1970, so that the same archive always gives the same bytes.
 */
export function uInitrd(archive: Uint8Array, arch: Architecture, name: string): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(magic, 0);
  header.writeUInt32BE(archive.length, 12);
  header.writeUInt32BE(crc32(archive), 24);
  header.set([linux, uBootArchitecture[arch].number, ramdisk, uncompressed], 28);
  header.write(name.slice(0, nameBytes), 32, 'latin1');
  // Of the header, while its own place is zero.
  header.writeUInt32BE(crc32(header), 4);
  return Buffer.concat([header, archive]);
}
