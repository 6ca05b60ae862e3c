import { Type, type Static } from '@sinclair/typebox';
import {
  ChunkReply,
  FileReply,
  JournalEntry,
  LostReply,
  PebReply,
  RemainReply,
} from './reading.js';
import { Holder } from './holders.js';
import { HeldLease, Status, Writer } from './status.js';
import { PartitionExtent, RescueParts, SparedRange, Target, Unfit } from './target.js';
import { flag, text, texts } from './values.js';
import { Cleared, Done, LeaseReply, Leaving, MountedBoth, Opened, Written } from './writing.js';

/** What each type of line of the flasher's must hold; whatever else it holds is kept. */
export const replies = {
  error: Type.Object({
    code: text('a code of levitate'),
    message: text('why nothing was done, or what went wrong'),
    holders: Type.Optional(Type.Array(Holder, { description: 'what a target is in use by' })),
    owner: Type.Optional(text('who has the lease that is in the way')),
    unforeseen: Type.Optional(flag('whether what its programs said tells more')),
  }),
  status: Status,
  journal: JournalEntry,
  profile: Type.Object({
    profile: Type.Object({}, { description: 'the profile that the root was built from' }),
  }),
  authorized: Type.Object({ host_keys: texts('public keys that sshd presents') }),
  target: Target,
  holder: Holder,
  lease: LeaseReply,
  opened: Opened,
  written: Written,
  fed: Done,
  finished: Done,
  verified: Done,
  settled: Done,
  put: Done,
  made: Done,
  kept: Done,
  chunk: ChunkReply,
  peb: PebReply,
  file: FileReply,
  remain: RemainReply,
  lost: LostReply,
  cleared: Cleared,
  rescued: Done,
  ended: Done,
  swapped: Done,
  ranged: Done,
  forgotten: Done,
  mounted: MountedBoth,
  unmounted: Done,
  leaving: Leaving,
  end: Done,
};

/** Objects with a type of their own, which stand in fields of replies. */
export const nestedObjects = {
  lease: HeldLease,
  writer: Writer,
  unfit: Unfit,
  range: SparedRange,
  extent: PartitionExtent,
  rescue: RescueParts,
};

type Replies = typeof replies;
/** The types of lines that the flasher says. */
export type ReplyType = keyof Replies;
/** A line of this type. */
export type ReplyOf<T extends ReplyType> = { type: T } & Static<Replies[T]>;
