import { LevitateError, reasonOf } from '../errors.js';
import { storedProfile } from '../profile/stored.js';
import { isReply, type Reply } from '../protocol/parse-reply.js';
import type { ReplyOf, ReplyType } from '../protocol/replies.js';

/**
 * The reply of a type, which the flasher owes.
 * @throws LevitateError FLASHER_FAILED
 */
export function replyOf<T extends ReplyType>(replies: Reply[], type: T): ReplyOf<T> {
  for (const reply of replies) if (isReply(reply, type)) return reply;
  throw new LevitateError('FLASHER_FAILED', `the flasher did not answer with its ${type}`);
}

/**
 * The profile that a maintenance system was built from, out of the replies to `profile`.
 * @throws LevitateError FLASHER_FAILED
 */
export function profileIn(replies: Reply[]): ReturnType<typeof storedProfile> {
  const { profile } = replyOf(replies, 'profile');
  try {
    return storedProfile(profile);
  } catch (cause) {
    throw new LevitateError(
      'FLASHER_FAILED',
      `the profile in the maintenance system is not what it should be: ${reasonOf(cause)}`,
      { cause },
    );
  }
}
