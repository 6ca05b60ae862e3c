import type { TSchema } from '@sinclair/typebox';
import { LevitateError } from '../errors.js';
import { firstFault } from './check.js';
import { replies, type ReplyOf, type ReplyType } from './replies.js';
import { StatusCore } from './status.js';
import { lineBytes } from './values.js';
import { protocol } from './version.js';

/** One line of the flasher's standard output; of a type of the protocol it holds what that says. */
export interface Reply {
  type: string;
  [key: string]: unknown;
}

/**
 * Reads one line of the flasher. Fields and types that this protocol does not know are kept.
 * @throws LevitateError FLASHER_FAILED naming the type of the line and the field that is not what it should be
 */
export function parseReply(line: string): Reply {
  if (line.length > lineBytes) throw notUnderstood(line);
  const reply = parsed(line);
  if (!hasType(reply)) throw notUnderstood(line);
  const schema = schemaOf(reply);
  const fault = schema && firstFault(schema, reply);
  if (fault === undefined) return reply;
  throw new LevitateError(
    'FLASHER_FAILED',
    `the flasher's ${reply.type} is not what it should be: ${fault}`,
    { data: { line: line.slice(0, 200) } },
  );
}

/** Of a status of another protocol, only the part that every protocol has is certain. */
function schemaOf(reply: Reply): TSchema | undefined {
  if (reply.type === 'status' && isOtherProtocol(reply['protocol'])) return StatusCore;
  return Object.hasOwn(replies, reply.type) ? replies[reply.type as ReplyType] : undefined;
}

const isOtherProtocol = (said: unknown): boolean =>
  said === undefined || (Number.isSafeInteger(said) && said !== protocol);

const hasType = (value: unknown): value is Reply =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Reply>).type === 'string';

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw notUnderstood(line, cause);
  }
}

const notUnderstood = (line: string, cause?: unknown): LevitateError =>
  new LevitateError(
    'FLASHER_FAILED',
    `the flasher said what nobody understands: ${line.slice(0, 200)}`,
    { cause },
  );

/** Whether a line that was read is of a type. A status of another protocol is none of this one. */
export const isReply = <T extends ReplyType>(reply: Reply, type: T): reply is Reply & ReplyOf<T> =>
  reply.type === type && (type !== 'status' || reply['protocol'] === protocol);

/** Whether a line that was read is a status, of whatever protocol. */
export const isStatus = (reply: Reply): reply is Reply & StatusCore => reply.type === 'status';
