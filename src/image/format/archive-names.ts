/** This file reads the names of the first members of an archive from its first bytes. */
import { tarBlock, tarSums, tarText } from '../tar-block.js';

/**
 * The names of the members whose headers lie in `head`, or nothing where it is no tar archive.
 * POSIX.1-2017 pax, "ustar Interchange Format". The header's checksum decides, because archives of the old (v7)
 * form have no magic.
 */
export function tarNames(head: Buffer): string[] | undefined {
  const names: string[] = [];
  for (let at = 0; at + tarBlock <= head.length && names.length < 100;) {
    const header = head.subarray(at, at + tarBlock);
    if (!isTarHeader(header)) break;
    // Extended headers name what follows, and no member of their own.
    if (!'xgLK'.includes(tarText(header, 156, 1) || ' ')) names.push(nameIn(header));
    const size = parseInt(tarText(header, 124, 12), 8) || 0;
    at += tarBlock + Math.ceil(size / tarBlock) * tarBlock;
  }
  return names.length > 0 || isTarHeader(head.subarray(0, tarBlock)) ? names : undefined;
}

/** Whether a block of 512 bytes is the header of a member of a tar archive. */
export function isTarHeader(header: Buffer): boolean {
  if (header.length < tarBlock || header[0] === 0) return false;
  const written = /^ *([0-7]+)[ \0]*$/.exec(header.toString('latin1', 148, 156))?.[1];
  if (written === undefined) return false;
  return tarSums(header).includes(parseInt(written, 8));
}

/** The name of a member, with its folders. */
function nameIn(header: Buffer): string {
  const prefix = tarText(header, 257, 5) === 'ustar' ? tarText(header, 345, 155) : '';
  const name = tarText(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Whether all that an archive begins with lies in the folder of an OpenWrt sysupgrade file; a tree of files has more beside it. */
export function isSysupgradeTar(head: Buffer): boolean {
  const names = tarNames(head)?.filter((name) => !/^\.?\/?$/.test(name)) ?? [];
  return names.length > 0 && names.every((name) => /^(\.\/)?sysupgrade-[^/]+\//.test(name));
}

/** The name in the header of a member, and what it is of an OpenWrt sysupgrade file; without `board` it is nothing of it. */
export function sysupgradeName(header: Buffer): {
  name: string;
  board?: string;
  member?: 'CONTROL' | 'kernel' | 'root';
} {
  const name = nameIn(header).replace(/^\.\//, '');
  const [, board, file] = /^sysupgrade-([^/]+)(?:\/(CONTROL|kernel|root)?)?$/.exec(name) ?? [];
  if (board === undefined) return { name: name === '.' ? '' : name };
  const member = file as 'CONTROL' | 'kernel' | 'root' | undefined;
  return { name, board, ...(member === undefined ? {} : { member }) };
}

/**
 * The name of the first member, or nothing where it is no cpio archive: newc and crc (Linux
 * `Documentation/driver-api/early-userspace/buffer-format.rst`), odc (POSIX.1-2017 pax, "Octet-Oriented cpio"),
 * and the old binary form in either byte order (7th edition, `cpio(5)`).
 */
export function cpioName(head: Buffer): string | undefined {
  const start = head.toString('latin1', 0, 110);
  if (/^07070[12][0-9a-f]{104}$/i.test(start)) return tarText(head, 110, 4096);
  if (/^070707[0-7]{70}/.test(start)) return tarText(head, 76, 4096);
  if (head.length < 28) return undefined;
  const little = head.readUInt16LE(0) === 0o70707;
  if (!little && head.readUInt16BE(0) !== 0o70707) return undefined;
  const nameSize = little ? head.readUInt16LE(20) : head.readUInt16BE(20);
  const name = tarText(head, 26, nameSize);
  return nameSize > 1 && name.length === nameSize - 1 ? name : undefined;
}
