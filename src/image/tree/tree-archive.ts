import type { Attributes } from './entry-attributes.js';
import { tarBlock, tarSums } from '../tar-block.js';
import type { TreeEntry, TreeEntryKind } from './tree.js';

/**
 * Writes the archive that the helper on the device reads (initramfs/helper/kept-entry.c): POSIX ustar, with an extended header where
 * a name, an owner or an attribute needs it.
 */
const types: Record<TreeEntryKind, string> = {
  file: '0',
  'hard-link': '1',
  link: '2',
  character: '3',
  block: '4',
  folder: '5',
  fifo: '6',
};

/** The most that a field of seven octal digits holds. */
const sevenDigits = 0o7777777;

/** What stands in front of the content of an entry. Pure. */
export function archiveEntry(entry: TreeEntry, attributes: Attributes): Buffer {
  const name = entry.kind === 'folder' ? `${entry.name}/` : entry.name;
  const { link = '', uid, gid } = entry;
  const records = [
    ...(name.length > 100 ? [record('path', latin1(name))] : []),
    ...(link.length > 100 ? [record('linkpath', latin1(link))] : []),
    ...(uid > sevenDigits ? [record('uid', latin1(String(uid)))] : []),
    ...(gid > sevenDigits ? [record('gid', latin1(String(gid)))] : []),
    ...attributes.map((one) => record(`SCHILY.xattr.${one.name}`, one.value)),
  ];
  const own = header(name, types[entry.kind], entry.size, entry);
  if (records.length === 0) return own;
  const extended = Buffer.concat(records);
  return Buffer.concat([
    header('pax', 'x', extended.length, entry),
    extended,
    archivePadding(extended.length),
    own,
  ]);
}

/** What fills the last block of so many bytes. */
export const archivePadding = (bytes: number): Buffer =>
  Buffer.alloc((tarBlock - (bytes % tarBlock)) % tarBlock);

/** The end of an archive. */
export const archiveEnd: Buffer = Buffer.alloc(2 * tarBlock);

function header(
  name: string,
  type: string,
  size: number,
  { mode, uid, gid, mtime, link = '', device }: TreeEntry,
): Buffer {
  const bytes = Buffer.alloc(tarBlock);
  const octal = (value: number, at: number, room: number): void => {
    bytes.write(`${value.toString(8).padStart(room - 1, '0')}`, at, room - 1, 'latin1');
  };
  bytes.write(name, 0, 100, 'latin1');
  octal(mode, 100, 8);
  octal(uid > sevenDigits ? 0 : uid, 108, 8);
  octal(gid > sevenDigits ? 0 : gid, 116, 8);
  // A file may have more than eleven octal digits count, and twelve fit.
  bytes.write(size.toString(8).padStart(12, '0'), 124, 12, 'latin1');
  octal(mtime, 136, 12);
  bytes.write(type, 156, 'latin1');
  bytes.write(link, 157, 100, 'latin1');
  bytes.write('ustar\x0000', 257, 'latin1');
  octal(device?.major ?? 0, 329, 8);
  octal(device?.minor ?? 0, 337, 8);
  const [sum] = tarSums(bytes);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

/** A record begins with its own length in decimal digits. */
function record(key: string, value: Buffer): Buffer {
  const rest = key.length + value.length + 3;
  let whole = rest + 1;
  while (String(whole).length + rest > whole) whole += 1;
  return Buffer.concat([latin1(`${whole} ${key}=`), value, latin1('\n')]);
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
