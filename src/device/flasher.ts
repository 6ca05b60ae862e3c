import { PassThrough } from 'node:stream';
import { isCode, LevitateError } from '../errors.js';
import type { Profile } from '../profile/profile.js';
import { ended, endless, refused } from './flasher-failure.js';
import { profileIn, replyOf } from './replies.js';
import { isReply, isStatus, parseReply, type Reply } from '../protocol/parse-reply.js';
import { incompatible, isCompatible } from '../protocol/compatible.js';
import type { ReplyOf, ReplyType } from '../protocol/replies.js';
import type { StatusCore } from '../protocol/status.js';
import { quote } from '../shared/shell-quote.js';
import type { Input, Transport } from '../ssh/transport.js';

/** Where a device is, as its flasher says; the fields are described in the protocol. */
export type FlasherStatus = Omit<ReplyOf<'status'>, 'type'>;

/** What a call of the flasher takes besides its arguments. */
export interface CallOptions {
  stdin?: Input;
  onReply?: (reply: Reply) => void;
  signal?: AbortSignal;
}

/** Verbs that only look, or only order something: one that has not ended by then will not end. */
const soon: ReadonlySet<string> = new Set(
  'status journal profile target authorize-key leave'.split(' '),
);
const soonMs = 60_000;
/** Of these, one that looks at every process; a running system has many, and may be busy with others. */
const targetMs = 300_000;

/** Lines that come by the thousand; who takes them one by one does not get them again. */
const inPassing: ReadonlySet<string> = new Set<ReplyType>(['chunk', 'peb', 'written', 'file']);
/** More other lines than the longest journal has. */
const mostReplies = 100_000;

/**
 * Runs one verb of the flasher in the maintenance root and gives its replies.
 * @throws LevitateError the code that the flasher names; FLASHER_FAILED when it ended without naming one
 */
export async function callFlasher(
  transport: Transport,
  args: (string | number)[],
  options: CallOptions = {},
): Promise<Reply[]> {
  const { stdin, signal, onReply } = options;
  const replies: Reply[] = [];
  let refusal: ReplyOf<'error'> | undefined;
  const command = ['flasher', ...args].map((arg) => quote(String(arg))).join(' ');
  const result = await transport
    .exec(command, {
      ...(stdin === undefined ? {} : { stdin }),
      ...(signal ? { signal } : {}),
      ...(soon.has(String(args[0])) ? { timeoutMs: args[0] === 'target' ? targetMs : soonMs } : {}),
      // Whoever takes lines as they come knows how many there may be.
      ...(onReply ? { maxBytes: Infinity } : {}),
      onLine: (line) => {
        const reply = parseReply(line);
        if (isReply(reply, 'error')) {
          refusal ??= reply;
          return;
        }
        onReply?.(reply);
        if (!onReply || !inPassing.has(reply.type)) replies.push(reply);
        if (replies.length > mostReplies) throw endless(String(args[0]));
      },
    })
    .catch((error: unknown) => {
      throw isCode(error, 'REMOTE_FAILED') ? endless(String(args[0]), error) : error;
    });
  if (refusal) throw refused(refusal, result);
  if (result.code !== 0) throw ended(String(args[0]), result);
  return replies;
}

/** What a flasher says of where the device is: the core of its status, and all of it where it speaks this protocol. */
export interface AnyStatus {
  core: StatusCore;
  status: FlasherStatus | undefined;
}

/** Where the device is, as the flasher of any protocol says. */
export async function anyStatus(transport: Transport): Promise<AnyStatus> {
  const replies = await callFlasher(transport, ['status']);
  const core = replies.find(isStatus) ?? replyOf(replies, 'status');
  return { core, status: isCompatible(core) ? replyOf(replies, 'status') : undefined };
}

/**
 * Where the device is, as its flasher says.
 * @throws LevitateError FLASHER_INCOMPATIBLE
 */
export async function flasherStatus(transport: Transport): Promise<FlasherStatus> {
  const { core, status } = await anyStatus(transport);
  if (status) return status;
  throw incompatible(core);
}

/** The profile that the maintenance system was built from. */
export const flasherProfile = async (transport: Transport): Promise<Profile> =>
  profileIn(await callFlasher(transport, ['profile']));

/** The right to write, held for as long as the channel stays open. */
export interface Lease {
  token: number;
  release(): Promise<void>;
}

/**
 * Takes the lease.
 * @param owner who is writing, for whoever is refused meanwhile
 * @param lost the token of the same writer's lease before, which a cut took: the new one is only given if nobody else
 * had one since
 * @throws LevitateError LEASE_HELD naming who holds it and since when, LEASE_LOST naming who came between
 */
export async function takeLease(
  transport: Transport,
  owner: string,
  lost?: number,
): Promise<Lease> {
  const open = new PassThrough();
  let granted: (token: number) => void;
  const token = new Promise<number>((resolve) => (granted = resolve));
  const channel = callFlasher(transport, ['lease', owner, ...(lost === undefined ? [] : [lost])], {
    stdin: open,
    onReply: (reply) => {
      if (isReply(reply, 'lease')) granted(reply.token);
    },
  });
  // A lease that ends early shows in the verbs that need it; here it must only not go unhandled.
  const over = channel.then(
    () => undefined,
    () => undefined,
  );
  const tooSoon = channel.then(() => {
    throw new LevitateError('CONNECTION_LOST', 'the lease ended as soon as it was taken');
  });
  return {
    token: await within(Promise.race([token, tooSoon]), () => open.end()),
    release: async () => {
      open.end();
      // A flasher that does not let go loses the lease with the connection, which is closed next.
      await within(over, () => undefined).catch(() => undefined);
    },
  };
}

/** Waits for an answer that comes soon, or never; `giveUp` then lets go of whoever owes it. */
async function within<T>(answer: Promise<T>, giveUp: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      giveUp();
      reject(
        new LevitateError(
          'CONNECTION_LOST',
          `no lease from the flasher within ${soonMs / 1000} s`,
          {
            data: { timeoutMs: soonMs },
          },
        ),
      );
    }, soonMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
