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
