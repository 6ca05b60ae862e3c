import type { Readable } from 'node:stream';
import cpio, { type Header, type Pack } from 'cpio-stream';
import { LevitateError } from '../errors.js';
import { duplicates } from '../rootfs/duplicates.js';
import type { Entry } from '../rootfs/entry.js';

const typeBits = { dir: 0o040000, file: 0o100000, symlink: 0o120000, char: 0o020000 } as const;
const maxSize = 0xffffffff;

interface Inode {
  ino: number;
  nlink: number;
}

/**
 * Writes entries, in the order given, as a newc cpio archive (kernel: Documentation/driver-api/early-userspace/
 * buffer-format.rst): every entry is owned by root and dated 1970, so that the same entries always give the same bytes.
 * Equal programs and libraries become hard links; the last of them holds the bytes, as cpio programs write it and
 * expect it. The stream fails with OUTPUT_FAILED on a name or size that the format cannot hold.
 */
export function cpioStream(entries: Entry[]): Readable {
  const pack = cpio.pack({ format: 'newc' });
  writeAll(pack, entries).catch((error: Error) => pack.destroy(error));
  return pack;
}

async function writeAll(pack: Pack, entries: Entry[]): Promise<void> {
  const sameAs = duplicates(entries);
  const inodes = new Map(entries.map(({ path }, index) => [path, index + 1]));
  for (const [index, entry] of entries.entries()) {
    const original = sameAs.get(entry.path) ?? entry.path;
    const names = [...sameAs.values()].filter((one) => one === original).length;
    const inode = { ino: inodes.get(original) ?? index + 1, nlink: Math.max(1, names) };
    await writeEntry(pack, entry, inode, original === entry.path);
  }
  pack.finalize();
}

function writeEntry(pack: Pack, entry: Entry, inode: Inode, holdsBytes: boolean): Promise<void> {
  const bytes = holdsBytes ? bytesOf(entry) : Buffer.alloc(0);
  const header = headerOf(entry, inode, bytes.length);
  return new Promise((resolve, reject) => {
    const done = (error?: Error): void => (error ? reject(error) : resolve());
    // A body that is written as a stream waits for the reader of the archive; bodies given as buffers would all be
    // queued.
    if (entry.kind === 'file' && bytes.length > 0) pack.entry(header, done).end(bytes);
    else if (entry.kind === 'file') pack.entry(header, Buffer.alloc(0), done);
    else pack.entry(header, done);
  });
}

function headerOf(entry: Entry, { ino, nlink }: Inode, size: number): Header {
  const name = entry.path.slice(1);
  if (name === '' || name.endsWith('/')) throw unfit(entry, 'it has no name');
  // Node gives U+FFFD for each byte of a name that is not UTF-8. Control characters are refused because a list of
  // digests has one name a line.
  if (!/^[^\p{Cc}\p{Cs}\ufffd]+$/u.test(name)) {
    throw unfit(entry, 'its name is not UTF-8, or has control characters');
  }
  if (size > maxSize) throw unfit(entry, 'it has 4 GiB or more');
  return {
    // cpio-stream counts characters where the format counts bytes: one NUL for each further byte makes both agree.
    name: name + '\0'.repeat(Buffer.byteLength(name) - name.length + 1),
    mode: typeBits[entry.kind] | (entry.mode & 0o7777),
    ino,
    nlink: entry.kind === 'dir' ? 2 : nlink,
    uid: 0,
    gid: 0,
    mtime: new Date(0),
    size,
    ...(entry.kind === 'symlink' ? { linkname: entry.target } : {}),
    ...(entry.kind === 'char' ? { rdevmajor: entry.major, rdevminor: entry.minor } : {}),
  };
}

function bytesOf(entry: Entry): Buffer {
  if (entry.kind !== 'file') return Buffer.alloc(0);
  if (!('bytes' in entry.content)) throw unfit(entry, 'its bytes were not read');
  const { buffer, byteOffset, byteLength } = entry.content.bytes;
  return Buffer.from(buffer, byteOffset, byteLength);
}

const unfit = (entry: Entry, why: string): LevitateError =>
  new LevitateError('OUTPUT_FAILED', `${entry.path} cannot be packed: ${why}`, {
    hint: `It comes from ${entry.origin} (${entry.reason}).`,
  });
