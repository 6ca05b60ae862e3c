import { unsupported } from '../image-errors.js';
import { entryAttributes, type Attributes } from './entry-attributes.js';
import { shownName, type TarEntry } from './tar-entries.js';
import type { TreeEntry, TreeEntryKind } from './tree.js';

const kinds: Record<string, TreeEntryKind> = {
  0: 'file',
  1: 'hard-link',
  2: 'link',
  3: 'character',
  4: 'block',
  5: 'folder',
  6: 'fifo',
};

/** The kinds of entries that some archives hold, and that are no part of a tree. */
const others: Record<string, string> = {
  D: 'a list of an incremental backup',
  M: 'the rest of a file of another archive',
  V: 'the name of the archive',
  N: 'long names of a very old form',
};

const packAnew =
  'Pack the tree anew: tar --format=pax --xattrs --numeric-owner -cf FILE -C FOLDER .';

/** The most that a file system of Linux keeps: a path, a part of it, a link. */
const most = { path: 4095, part: 255 };
/** What eleven octal digits hold: the year 2242. */
const latest = 0o77777777777n;
/** What twelve octal digits hold: 64 GiB. */
const largest = 0o777777777777n;

/**
 * Reads one entry of an archive as what it is to be in a file system, and refuses what would lead out of the tree or cannot be made.
 * What it is beside the others is not looked at here. Pure.
 * @param path of the archive, for messages
 * @throws LevitateError IMAGE_FORMAT
 */
export function treeEntry(
  path: string,
  { header, records }: TarEntry,
): { entry: TreeEntry; attributes: Attributes } {
  const refuse = (what: string, hint = packAnew) => unsupported(path, what, hint);
  const shown = shownName(header.name);
  const kind = Object.hasOwn(kinds, header.type) ? kinds[header.type]! : undefined;
  if (kind === undefined)
    throw refuse(
      `${shown} is ${others[header.type] ?? `an entry of the unknown type ${shownName(header.type)}`}`,
    );
  const name = nameOf(header.name, (what) => refuse(`the entry ${shown} ${what}`));
  const range = (value: bigint, key: string, limit: bigint): number => {
    if (value < 0n || value > limit) throw refuse(`${shown} has the ${key} ${value}`);
    return Number(value);
  };
  const made: TreeEntry = {
    ...{ name, kind },
    // Some archives keep the type of the file among the permissions.
    mode: Number(header.mode & 0o7777n),
    uid: range(header.uid, 'owner', 0xfffffffen),
    gid: range(header.gid, 'group', 0xfffffffen),
    mtime: range(header.mtime, 'time', latest),
    size: kind === 'file' ? range(header.size, 'size', largest) : 0,
    ...{ attributes: {}, attributeBytes: 0 },
  };
  if (kind !== 'file' && kind !== 'folder' && header.size > 0n)
    throw refuse(`${shown} is no file, and has content`);
  if (kind === 'link')
    made.link = linkOf(header.link, (what) => refuse(`the link ${shown} ${what}`));
  if (kind === 'hard-link')
    made.link = nameOf(header.link, (what) =>
      refuse(`the hard link ${shown} to a name that ${what}`),
    );
  if (kind === 'character' || kind === 'block')
    made.device = {
      major: range(header.major, 'major number', 0xfffn),
      minor: range(header.minor, 'minor number', 0xfffffn),
    };
  if (name === '.' && kind !== 'folder') throw refuse('its root is no folder');
  const attributes = entryAttributes(records, made.mode, (what, hint) =>
    refuse(`${shown} ${what}`, hint),
  );
  for (const { name: of, value, sha256 } of attributes) {
    made.attributes[of] = sha256;
    made.attributeBytes += of.length + value.length;
  }
  if (made.attributeBytes > mostAttributes)
    throw refuse(`${shown} has ${made.attributeBytes} bytes of extended attributes`);
  return { entry: made, attributes };
}

/** What the helper on the device takes for one file; kept.h has more, for what stands between them. */
const mostAttributes = 96 * 1024;

/** A path without what means nothing in it; a dot where it is the root. */
function nameOf(written: string, refusal: (what: string) => Error): string {
  if (written.startsWith('/')) throw refusal('begins with a slash');
  if (written.includes('\0')) throw refusal('has a NUL in its name');
  const parts = written.split('/').filter((part) => part !== '' && part !== '.');
  if (written === '') throw refusal('has no name');
  if (parts.includes('..')) throw refusal('leads out of the tree');
  const name = parts.join('/');
  if (name.length > most.path || parts.some((part) => part.length > most.part))
    throw refusal('is longer than a file system takes');
  return name === '' ? '.' : name;
}

/** A link may lead anywhere: nobody follows it while the tree is put, and later it counts from the new root. */
function linkOf(written: string, refusal: (what: string) => Error): string {
  if (written === '') throw refusal('leads nowhere');
  if (written.includes('\0') || written.length > most.path) throw refusal('cannot be made');
  return written;
}
