import { Type, type Static, type TObject } from '@sinclair/typebox';
import { Ajv, type ValidateFunction } from 'ajv';
import { LevitateError, reasonOf } from '../errors.js';
import { storedProfile } from '../profile/stored.js';

const Text = Type.String();
const Texts = Type.Array(Text);
/** A number, an index or an amount of bytes that JavaScript can tell from its neighbours. */
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Whole seconds; a clock that was set may make them negative. */
const Seconds = Type.Integer({
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
});
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const nullable = <T extends TObject>(schema: T) => Type.Union([Type.Null(), schema]);

/** What each type of line of the flasher's must hold; whatever else it holds is kept. */
const schemas = {
  error: Type.Object({ code: Text, message: Text, unforeseen: Type.Optional(Type.Boolean()) }),
  status: Type.Object({
    boot_id: Text,
    entry: Text,
    name: Text,
    version: Text,
    phase: Text,
    root: Text,
    touched: Type.Boolean(),
    targets: Type.Record(Text, Text),
    held: Texts,
    holders: Type.Optional(Type.Record(Text, Type.Union([Type.Null(), Texts]))),
    modules_failed: Type.Optional(Texts),
    lease: nullable(Type.Object({ token: Count, owner: Text, seconds: Seconds })),
    writer: nullable(Type.Object({ target: Text, sha256: Text, next: Count })),
    seconds: Seconds,
    memory_available_kib: Count,
  }),
  target: Type.Object({
    kind: Text,
    name: Text,
    node: Text,
    size: Count,
    read_only: Type.Optional(Type.Boolean()),
    partition: Type.Optional(Type.Boolean()),
    // Of the disk's logical sectors, the unit that its partition table counts in.
    sector_size: Type.Optional(Count),
    peb_size: Type.Optional(Count),
    leb_size: Type.Optional(Count),
    min_io: Type.Optional(Count),
    bad_blocks: Type.Optional(Count),
    mtd_size: Type.Optional(Count),
    mtd_type: Type.Optional(Text),
    volumes: Type.Optional(Texts),
    volume_type: Type.Optional(Text),
    // How what lies there now begins, in hex; empty where that could not be read.
    head: Type.Optional(Text),
    // Why nothing may be written there, in the flasher's words; empty if nothing speaks against it.
    unfit: Type.Optional(Text),
  }),
  holder: Type.Object({ what: Text }),
  lease: Type.Object({ token: Count }),
  opened: Type.Object({ next: Count, resumed: Type.Boolean() }),
  written: Type.Object({ index: Count, bytes: Count }),
  // Of a UBI layout also the eraseblock behind it.
  chunk: Type.Object({ index: Count, sha256: Digest, next: Type.Optional(Count) }),
  remain: Type.Object({ what: Text, offset: Count, length: Count }),
  lost: Type.Object({ node: Text, label: Text, offset: Count, length: Count }),
  peb: Type.Object({ index: Count, header: Type.String({ maxLength: 128 }) }),
  journal: Type.Object({ seconds: Seconds, event: Text }),
  leaving: Type.Object({ touched: Type.Boolean() }),
  profile: Type.Object({ profile: Type.Object({}) }),
  admitted: Type.Object({ host_keys: Texts }),
};

type Schemas = typeof schemas;
/** The types of lines that somebody reads. */
export type ReplyType = keyof Schemas;
/** A line of this type. */
export type ReplyOf<T extends ReplyType> = { type: T } & Static<Schemas[T]>;

/** One line of the flasher's standard output; of a type that is listed here it holds what that says. */
export interface Reply {
  type: string;
  [key: string]: unknown;
}

const ajv = new Ajv({ strict: false });
const validators = new Map<string, ValidateFunction>();

function validatorOf(type: string): ValidateFunction | undefined {
  if (!Object.hasOwn(schemas, type)) return undefined;
  const known = validators.get(type) ?? ajv.compile(schemas[type as ReplyType]);
  validators.set(type, known);
  return known;
}

/**
 * Reads a line of the flasher's.
 * @throws LevitateError WRITE_FAILED naming what is not what it should be
 */
export function parseReply(line: string): Reply {
  const reply = parsed(line);
  if (!hasType(reply)) throw notUnderstood(line);
  const validate = validatorOf(reply.type);
  if (validate === undefined || (validate(reply) as boolean)) return reply;
  const [first] = validate.errors ?? [];
  const at = first?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  throw new LevitateError(
    'WRITE_FAILED',
    `the flasher's ${reply.type} is not what it should be: ${at === '' ? 'it' : at} ${first?.message}`,
    { data: { line: line.slice(0, 200) } },
  );
}

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
    'WRITE_FAILED',
    `the flasher said what nobody understands: ${line.slice(0, 200)}`,
    { cause },
  );

/** Whether a line is of a type. */
export const isReply = <T extends ReplyType>(reply: Reply, type: T): reply is Reply & ReplyOf<T> =>
  reply.type === type;

/**
 * The reply of a type, which the flasher owes.
 * @throws LevitateError WRITE_FAILED
 */
export function replyOf<T extends ReplyType>(replies: Reply[], type: T): ReplyOf<T> {
  for (const reply of replies) if (isReply(reply, type)) return reply;
  throw new LevitateError('WRITE_FAILED', `the flasher did not answer with its ${type}`);
}

/**
 * The profile that a maintenance system was built from, out of the replies to `profile`.
 * @throws LevitateError WRITE_FAILED
 */
export function profileIn(replies: Reply[]): ReturnType<typeof storedProfile> {
  const { profile } = replyOf(replies, 'profile');
  try {
    return storedProfile(profile);
  } catch (cause) {
    throw new LevitateError(
      'WRITE_FAILED',
      `the profile in the maintenance system is not what it should be: ${reasonOf(cause)}`,
      { cause },
    );
  }
}
