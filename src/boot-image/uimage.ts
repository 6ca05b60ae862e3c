import { crc32 } from 'node:zlib';
import type { Architecture } from '../profile/schema.js';
import { uBootArchitecture } from './u-boot.js';

const magic = 0x27051956;
const headerBytes = 64;
const nameBytes = 32;
/** Operating system Linux, compression none: the kernel unpacks what is compressed, not U-Boot. */
const [linux, uncompressed] = [5, 0];
const types = { ramdisk: 3, script: 6 };

/** An archive as U-Boot's legacy ramdisk image, which `bootm` and `bootz` know as uInitrd. Pure. */
export const uInitrd = (archive: Uint8Array, arch: Architecture, name: string): Buffer =>
  legacyImage(archive, arch, name, 'ramdisk');

/**
 * Commands as U-Boot's legacy script image, which `source` runs: the length of the one text in it, a zero, and the text (U-Boot
 * `boot/image.c`, multi-file images). Pure.
 */
export function uBootScript(commands: string, arch: Architecture, name: string): Buffer {
  const text = Buffer.from(commands);
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(text.length, 0);
  return legacyImage(Buffer.concat([lengths, text]), arch, name, 'script');
}

/**
 * U-Boot's legacy image (`struct legacy_img_hdr` in U-Boot `include/image.h`, big endian). It is dated 1970, so that the same bytes
 * always give the same image.
 */
function legacyImage(
  bytes: Uint8Array,
  arch: Architecture,
  name: string,
  type: keyof typeof types,
): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(magic, 0);
  header.writeUInt32BE(bytes.length, 12);
  header.writeUInt32BE(crc32(bytes), 24);
  header.set([linux, uBootArchitecture[arch].number, types[type], uncompressed], 28);
  header.write(name.slice(0, nameBytes), 32, 'latin1');
  // Of the header, while its own place is zero.
  header.writeUInt32BE(crc32(header), 4);
  return Buffer.concat([header, bytes]);
}
