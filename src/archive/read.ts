import { readFile } from 'node:fs/promises';
import { moduleListPath, parseModuleList, type CarriedModule } from '../device/module-list.js';
import { LevitateError, reasonOf } from '../errors.js';
import { openImage } from '../image/open.js';
import type { Profile } from '../profile/profile.js';
import { storedProfile } from '../profile/stored.js';
import { protocolIn } from '../protocol/compatible.js';
import type { Architecture } from '../profile/schema.js';
import { file } from '../rootfs/entry.js';
import { helperPath } from '../rootfs/plan.js';
import { ramBytes, unpackedBytes } from '../rootfs/ram.js';
import { membersOf, type Member } from './newc.js';
import { sha256 } from '../shared/sha256.js';

/** What an archive tells about itself. */
export interface ArchiveInfo {
  /** Hex SHA-256 of the file. */
  sha256: string;
  storedBytes: number;
  /** Bytes of all files in it. */
  unpackedBytes: number;
  /** RAM that the maintenance system takes, in bytes. */
  ramBytes: number;
  /** How many regular files are in it. */
  files: number;
  /** The profile that it was built from; paths on the building machine are left out. */
  profile: Profile;
  /** Kernel modules that it contains. */
  modules: CarriedModule[];
  arch: Architecture;
  /** Version of the levitate that built it. */
  version: string;
  /** The number of the protocol that its flasher speaks. */
  protocol: number;
  /** Its busybox, which unpacks it on the device. */
  busybox: Uint8Array;
  /** Whether levitate's helper is in it. */
  helper: boolean;
}

const digestList = 'etc/levitate/files.sha256';

/**
 * Reads all members of an archive.
 * @throws LevitateError ARCHIVE_INVALID
 */
export const readEntries = async (path: string): Promise<Member[]> =>
  parse(path, await unpacked(path));

/**
 * Reads one file of an archive.
 * @param name without a leading slash, such as `usr/bin/busybox`
 * @throws LevitateError ARCHIVE_INVALID, also where the archive has no such file
 */
export async function readEntry(path: string, name: string): Promise<Uint8Array> {
  return contentOf(path, await readEntries(path), name);
}

/**
 * Reads what an archive tells about itself, after checking every file in it against its list of digests.
 * @throws LevitateError ARCHIVE_INVALID where it is not an archive of levitate or is damaged
 */
export async function archiveInfo(path: string): Promise<ArchiveInfo> {
  const packed = await bytesOf(path);
  const members = parse(path, await unpacked(path));
  const text = (name: string) => Buffer.from(contentOf(path, members, name)).toString();
  const digests = new Set(text(digestList).split('\n'));
  const files = members.filter(({ mode }) => (mode & 0o170000) === 0o100000);
  for (const { name, content } of files) {
    if (name === digestList || digests.has(`${sha256(content)}  ${name}`)) continue;
    throw invalid(path, `${name} is not what it was when packed`);
  }
  const entries = files.map(({ name, mode, content }) =>
    file(`/${name}`, { bytes: content }, { mode: mode & 0o7777 }),
  );
  const stored = text('etc/levitate/profile.json');
  const profile = profileOf(path, stored);
  const list = moduleListPath.slice(1);
  const modules = members.some(({ name }) => name === list) ? text(list) : '';
  const version = /^LEVITATE_VERSION='([^']*)'$/m.exec(text('etc/levitate/levitate.conf'))?.[1];
  return {
    sha256: sha256(packed),
    storedBytes: packed.length,
    unpackedBytes: unpackedBytes(entries),
    ramBytes: ramBytes(entries),
    files: entries.length,
    profile,
    modules: parseModuleList(modules.split('\n')),
    arch: profile.arch,
    version: version ?? '',
    protocol: protocolIn(JSON.parse(stored)),
    busybox: contentOf(path, members, 'usr/bin/busybox'),
    helper: members.some(({ name }) => name === helperPath.slice(1)),
  };
}

const bytesOf = (path: string): Promise<Buffer> =>
  readFile(path).catch((error: unknown) => {
    throw invalid(path, 'it cannot be read', error);
  });

/** The most bytes that a hostile archive can unpack to; no maintenance root that fits a device is larger. */
export const maxUnpacked = 1024 ** 3;

/** Gives the cpio archive inside, whatever it is compressed with. */
async function unpacked(path: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const bytes of openImage(path)) {
      length += bytes.length;
      if (length > maxUnpacked) throw new RangeError('it unpacks to more than 1 GiB');
      parts.push(bytes);
    }
  } catch (error) {
    throw invalid(path, 'it is no compressed cpio archive, or a damaged one', error);
  }
  return Buffer.concat(parts);
}

function parse(path: string, archive: Buffer): Member[] {
  try {
    return membersOf(archive);
  } catch (error) {
    throw invalid(path, 'it is no compressed cpio archive, or a damaged one', error);
  }
}

function contentOf(path: string, members: Member[], name: string): Uint8Array {
  const member = members.find((one) => one.name === name);
  if (!member) throw invalid(path, `it has no ${name}`);
  return member.content;
}

function profileOf(path: string, text: string): Profile {
  try {
    return storedProfile(JSON.parse(text));
  } catch (error) {
    throw invalid(path, `its profile is damaged (${reasonOf(error)})`, error);
  }
}

const invalid = (path: string, why: string, cause?: unknown): LevitateError =>
  new LevitateError('ARCHIVE_INVALID', `${path} is not an archive of levitate: ${why}`, {
    cause,
    hint: 'Build it anew: levitate build PROFILE -o FILE.',
  });
