import { sha256 } from '../../shared/sha256.js';
import { posixAcl } from './posix-acl.js';
import { shownName } from './tar-entries.js';

/** Extended attributes of one file (xattr(7)), ACLs and capabilities among them. */
export type Attributes = readonly { name: string; value: Buffer; sha256: string }[];

const prefix = 'SCHILY.xattr.';
const otherPrefix = 'LIBARCHIVE.xattr.';

/** ACLs as text, by the records that star, GNU tar and libarchive write, and the attributes that they are. */
const aclRecords: Record<string, string> = {
  'SCHILY.acl.access': 'system.posix_acl_access',
  'SCHILY.acl.default': 'system.posix_acl_default',
};
/** The label of a file, which `tar --selinux` writes without the NUL that its attribute ends in. */
const labelRecord = 'RHT.security.selinux';

/** What of an extended header says nothing that a file system would keep, or nothing that it does not have by itself. */
const ignored =
  /^(atime|ctime|uname|gname|comment|charset|hdrcharset|LIBARCHIVE\.creationtime|SCHILY\.(dev|ino|nlink|filetype|realsize|devmajor|devminor))$/;

const packAnew =
  "Pack the tree anew with its attributes as they are: tar --format=pax --xattrs --xattrs-include='*' --numeric-owner -cf FILE -C FOLDER .";

/**
 * Takes the extended attributes out of the records of an entry, and refuses what else there is: nothing of a tree is left out in
 * silence. Pure.
 * @param mode of the file; what an ACL says of owner, group and others must be what it says
 */
export function entryAttributes(
  records: ReadonlyMap<string, Buffer>,
  mode: number,
  refusal: (what: string, hint: string) => Error,
): Attributes {
  const found = new Map<string, Buffer>();
  for (const [key, value] of records) {
    if (key.startsWith(prefix)) {
      const name = key.slice(prefix.length);
      if (!/^(user|trusted|security|system)\.[^\0]{1,240}$/s.test(name))
        throw refusal(`has an attribute of the name ${shownName(name)}`, packAnew);
      if (value.length > 65536)
        throw refusal(`has an attribute ${shownName(name)} of ${value.length} bytes`, packAnew);
      found.set(name, value);
    } else if (key.startsWith(otherPrefix)) {
      // bsdtar writes each attribute in both forms.
      if (!records.has(prefix + key.slice(otherPrefix.length)))
        throw refusal(`has an attribute in the form ${shownName(key)} alone`, packAnew);
    } else if (!ignored.test(key) && aclRecords[key] === undefined && key !== labelRecord) {
      throw refusal(`has ${shownName(key)}, which would be lost`, packAnew);
    }
  }
  // tar writes both forms where it is asked for both; the attribute is what the kernel has.
  for (const [key, name] of Object.entries(aclRecords)) {
    const text = records.get(key);
    const said = text?.toString('latin1').trim() ?? '';
    if (said === '' || found.has(name)) continue;
    const value = aclOf(key, said, mode, refusal);
    if (value) found.set(name, value);
  }
  const label = records.get(labelRecord);
  if (label && !found.has('security.selinux'))
    found.set('security.selinux', Buffer.concat([label, Buffer.alloc(1)]));
  return [...found].map(([name, value]) => ({ name, value, sha256: sha256(value) }));
}

/** The value of an ACL; none where it says no more than the mode, because the kernel keeps no such one. */
function aclOf(
  key: string,
  text: string,
  mode: number,
  refusal: (what: string, hint: string) => Error,
): Buffer | undefined {
  const acl = posixAcl(text);
  const shown = `has an ACL (${key})`;
  if ('refused' in acl) throw refusal(`${shown} that ${shownName(acl.refused)}`, packAnew);
  if (key !== 'SCHILY.acl.access') return acl.value;
  if (acl.mode !== (mode & 0o777))
    throw refusal(
      `${shown} for the mode ${acl.mode.toString(8)}, and the mode ${(mode & 0o777).toString(8)}`,
      packAnew,
    );
  return acl.isMode ? undefined : acl.value;
}
