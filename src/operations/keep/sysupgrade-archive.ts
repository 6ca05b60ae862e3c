import { gzipSync } from 'node:zlib';

const block = 512;

/**
 * Wraps kept files as OpenWrt takes them: an archive of one file, /sysupgrade.tgz, which holds all of them. Its preinit unpacks
 * that, and removes it (OpenWrt `lib/preinit/80_mount_root`). Pure.
 * @param archive the files, a tar
 * @param at when they were saved, as ISO 8601: the same files make the same archive
 */
export function sysupgradeArchive(archive: Buffer, at: string): Buffer {
  const content = gzipSync(archive);
  const padding = Buffer.alloc((block - (content.length % block)) % block);
  const seconds = Math.floor(Date.parse(at) / 1000);
  return Buffer.concat([
    header('sysupgrade.tgz', content.length, seconds),
    content,
    padding,
    Buffer.alloc(2 * block),
  ]);
}

/** The header of a file of root that nobody else reads (tar(5), ustar). */
function header(name: string, size: number, mtime: number): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, at: number, room: number) =>
    bytes.write(`${value.toString(8).padStart(room - 1, '0')}\0`, at);
  bytes.write(name, 0);
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(mtime, 136, 12);
  bytes.write('0', 156);
  bytes.write('ustar\x0000', 257);
  octal(0, 329, 8);
  octal(0, 337, 8);
  bytes.fill(' ', 148, 156);
  const sum = bytes.reduce((all, one) => all + one, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}
