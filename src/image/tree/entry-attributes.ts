import { sha256 } from '../../shared/sha256.js';
import { shownName } from './tar-entries.js';

/** Extended attributes of one file (xattr(7)), ACLs and capabilities among them. */
export type Attributes = readonly { name: string; value: Buffer; sha256: string }[];

const prefix = 'SCHILY.xattr.';
const otherPrefix = 'LIBARCHIVE.xattr.';

/** What of an extended header says nothing that a file system would keep, or nothing that it does not have by itself. */
const ignored =
  /^(atime|ctime|uname|gname|comment|charset|hdrcharset|LIBARCHIVE\.creationtime|SCHILY\.(dev|ino|nlink|filetype|realsize|devmajor|devminor))$/;

const packAnew =
  "Pack the tree anew with its attributes as they are: tar --format=pax --xattrs --xattrs-include='*' --numeric-owner -cf FILE -C FOLDER .";

/**
 * Takes the extended attributes out of the records of an entry, and refuses what else there is: nothing of a tree is left out in
 * silence. Pure.
 */
export function entryAttributes(
  records: ReadonlyMap<string, Buffer>,
  refusal: (what: string, hint: string) => Error,
): Attributes {
  const found: { name: string; value: Buffer; sha256: string }[] = [];
  for (const [key, value] of records) {
    if (key.startsWith(prefix)) {
      const name = key.slice(prefix.length);
      if (!/^(user|trusted|security|system)\.[^\0]{1,240}$/s.test(name))
        throw refusal(`has an attribute of the name ${shownName(name)}`, packAnew);
      if (value.length > 65536)
        throw refusal(`has an attribute ${shownName(name)} of ${value.length} bytes`, packAnew);
      found.push({ name, value, sha256: sha256(value) });
    } else if (key.startsWith(otherPrefix)) {
      // bsdtar writes each attribute in both forms.
      if (!records.has(prefix + key.slice(otherPrefix.length)))
        throw refusal(`has an attribute in the form ${shownName(key)} alone`, packAnew);
    } else if (key.startsWith('GNU.sparse.')) {
      throw refusal('is a sparse file', packAnew.replace('tar ', 'Without --sparse: tar '));
    } else if (!ignored.test(key)) {
      throw refusal(`has ${shownName(key)}, which would be lost`, packAnew);
    }
  }
  return found;
}
