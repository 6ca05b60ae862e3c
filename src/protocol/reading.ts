import { Type } from '@sinclair/typebox';
import { count, digest, flag, seconds, text } from './values.js';

/** What is on the medium at one piece of an image: a chunk, or of a UBI layout a group of eraseblocks. */
export const ChunkReply = Type.Object({
  index: count('of the chunk or the group'),
  sha256: digest('of its bytes; of a group without the erase counter headers'),
  next: Type.Optional(count('where the next piece begins, of a group the eraseblock behind it')),
});

/** The header of one physical eraseblock. */
export const PebReply = Type.Object({
  index: count('of the eraseblock'),
  header: Type.String({ maxLength: 128, description: 'its first 64 bytes in hexadecimal digits' }),
});

/** A name in a file system, and what it is; a character of `path`, `link` and the names of attributes stands for a byte. */
export const FileReply = Type.Object({
  path: text('its path without the slash that it begins with; a dot is the root'),
  kind: text('`file`, `folder`, `link`, `character`, `block`, `fifo` or `other`'),
  mode: count('its permissions, with set-uid, set-gid and sticky'),
  uid: count('its owner'),
  gid: count('its group'),
  mtime: seconds('since 1970, when it was changed'),
  inode: count('the same for all names of one file'),
  size: Type.Optional(count('bytes of the content of a file')),
  sha256: Type.Optional(digest('of the content of a file')),
  link: Type.Optional(text('where a link leads')),
  major: Type.Optional(count('the number of the driver of a device node')),
  minor: Type.Optional(count('the number of the device')),
  attributes: Type.Record(Type.String(), digest('of its value'), {
    description: 'its extended attributes by name, each with the SHA-256 of its value',
  }),
});

/** Something that an image leaves alive behind its end. */
export const RemainReply = Type.Object({
  what: text('what it is, for people'),
  offset: count('byte of the target at which it begins'),
  length: count('bytes'),
  clear: Type.Optional(flag('whether `clear` can take it away')),
});

/** A partition of the present table that an image does not hold whole. */
export const LostReply = Type.Object({
  node: text('its device file'),
  label: text('its GPT name; empty where it has none'),
  offset: count('byte of the disk at which it begins'),
  length: count('bytes'),
});

/** An entry of the record of what was touched, written and verified. */
export const JournalEntry = Type.Object({
  seconds: seconds('since the kernel started'),
  event: text('what happened'),
});
