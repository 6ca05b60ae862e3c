import path from 'node:path';
import { quote } from '../../shared/shell-quote.js';
import { memberBytes } from '../compression/zip.js';
import { compressionOf } from '../compression/compression.js';
import { cpioName, tarNames } from '../format/archive-names.js';
import { firstBytes } from '../first-bytes.js';
import { foreignEnd } from '../format/foreign-end.js';
import { sniffLength } from '../format/sniff.js';
import type { StoredFile } from '../stored-file.js';
import {
  memberArgument,
  memberHead,
  type ContainedFile,
  type Container,
  type PlainMember,
} from './container.js';
import { cpioMembers } from './cpio-members.js';
import { firstLook } from './first-look.js';
import { menderArtifact } from './mender.js';
import { raucBundle } from './rauc.js';
import { tarMembers } from './tar-members.js';
import { memberStart, zipMembers, type ZipMember } from './zip-members.js';

/**
 * Tells which files lie in a container, and how each is taken out; nothing where the file is none. What is compressed as a
 * whole is not looked into.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; what reading the file throws
 */
export async function contentsOf(file: StoredFile): Promise<Container | undefined> {
  const head = await file.read(0, sniffLength);
  if (compressionOf(head) === 'zip') return zipContents(file);
  if (cpioName(head) !== undefined) return cpioContents(file);
  if (tarNames(head) !== undefined) return tarContents(file);
  const tailAt = Math.max(0, file.size - sniffLength);
  const end = foreignEnd(await file.read(tailAt, sniffLength));
  return end?.what === 'a RAUC bundle' ? raucBundle(file) : undefined;
}

async function cpioContents(file: StoredFile): Promise<Container> {
  const members = await cpioMembers(file);
  const isUpdate = members[0]?.name === 'sw-description';
  return {
    kind: isUpdate ? 'swupdate' : 'cpio',
    what: isUpdate ? 'an SWUpdate file (cpio)' : 'a cpio archive',
    files: await lookedAt(
      file,
      members,
      (name) => `cpio -i --to-stdout ${memberArgument(name)}`,
      '<',
    ),
    ...(isUpdate ? { hint: 'sw-description in it says which file is for which device.' } : {}),
  };
}

async function tarContents(file: StoredFile): Promise<Container> {
  const members = await tarMembers(file);
  const names = members.map(({ name }) => name);
  if (names[0] === 'version' && names[1]?.startsWith('manifest'))
    return menderArtifact(file, members);
  const isSysupgrade = names.some((name) => /^(\.\/)?sysupgrade-[^/]+\//.test(name));
  return {
    kind: isSysupgrade ? 'sysupgrade' : 'tar',
    what: isSysupgrade ? 'an OpenWrt sysupgrade file (tar)' : 'a tar archive',
    files: await lookedAt(
      file,
      members,
      (name) => `tar -xOf ${quote(file.path)} ${memberArgument(name)}`,
    ),
    ...(isSysupgrade
      ? { hint: 'root and kernel go to the volumes or partitions of those names.' }
      : {}),
  };
}

/** An archive of one file is no container: levitate unpacks it like any compression. */
async function zipContents(file: StoredFile): Promise<Container | undefined> {
  const members = await zipMembers(file);
  if (members.length === 1) return undefined;
  const isFwup = members.some(({ name }) => name === 'meta.conf');
  const files: ContainedFile[] = [];
  for (const member of members.slice(0, mostLookedAt)) {
    const look = firstLook(await zipHead(file, member));
    files.push({
      name: member.name,
      length: member.length,
      ...look,
      takeOut: `unzip -p ${quote(file.path)} ${quote(member.name)} > ${quote(path.basename(member.name))}`,
    });
  }
  return {
    kind: isFwup ? 'fwup' : 'zip',
    what: isFwup ? 'a fwup archive (zip)' : `a zip archive of ${members.length} files`,
    files,
    ...(isFwup
      ? {
          hint: `fwup -a -t complete -i ${quote(file.path)} -d disk.img makes the whole disk image of it.`,
        }
      : {}),
  };
}

/** The first bytes of a member, where it can be unpacked here. */
async function zipHead(file: StoredFile, member: ZipMember): Promise<Buffer> {
  if (member.isEncrypted || (member.method !== 0 && member.method !== 8)) return Buffer.alloc(0);
  return firstBytes(memberBytes(file, member, await memberStart(file, member)), sniffLength);
}

/** The most files whose content is looked at. */
const mostLookedAt = 100;

async function lookedAt(
  file: StoredFile,
  members: PlainMember[],
  takeOut: (name: string) => string,
  input = '',
): Promise<ContainedFile[]> {
  const files: ContainedFile[] = [];
  for (const member of members.slice(0, mostLookedAt)) {
    const { name, length } = member;
    const from = input === '' ? '' : ` ${input} ${quote(file.path)}`;
    files.push({
      name,
      length,
      ...firstLook(await memberHead(file, member, sniffLength)),
      takeOut: `${takeOut(name)}${from} > ${quote(path.basename(name))}`,
    });
  }
  return files;
}
