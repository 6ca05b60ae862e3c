/** What an entry of a tree is; a `hard-link` is another name of a file that came before it. */
export type TreeEntryKind =
  'file' | 'hard-link' | 'link' | 'character' | 'block' | 'folder' | 'fifo';

/** One name of a tree, and all that is to be of it in the file system. A character of a name or a link stands for a byte. */
export interface TreeEntry {
  /** Its path without the slash that it begins with; a dot is the root itself. */
  name: string;
  kind: TreeEntryKind;
  /** The permissions, with set-uid, set-gid and sticky. */
  mode: number;
  uid: number;
  gid: number;
  /** When it was changed, in whole seconds. */
  mtime: number;
  /** Bytes of the content of a file; 0 for what has none. */
  size: number;
  /** Hex SHA-256 of the content of a file. */
  sha256?: string;
  /** Where a link leads, as it is written; of a hard link the name of the file. */
  link?: string;
  /** The numbers of a device node. */
  device?: { major: number; minor: number };
  /** Hex SHA-256 of the value of each extended attribute. */
  attributes: Record<string, string>;
  /** Bytes of the names and values of its extended attributes. */
  attributeBytes: number;
}

/** A tree of files that is put into a file system made for it. */
export interface TreeIndex {
  /** In the order in which they are made. */
  entries: readonly TreeEntry[];
  /** How many regular files it has; a further name of one is none. */
  files: number;
  /** Bytes of their content. */
  bytes: number;
}
