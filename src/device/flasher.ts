import { PassThrough } from 'node:stream';
import { LevitateError, type ErrorCode } from '../errors.js';
import { lastWords } from './hook.js';
import { quote, type Input, type Transport } from './transport.js';

/** One line of the flasher's standard output. */
export interface Reply {
  type: string;
  [key: string]: unknown;
}

export interface FlasherStatus {
  boot_id: string;
  entry: string;
  name: string;
  version: string;
  /** `starting`, `released` once nothing of the old system is left, `held` when something stays. */
  phase: string;
  /** File system type that PID 1 stands on. */
  root: string;
  touched: boolean;
  /** Target → `touched` or `verified`. */
  targets: Record<string, string>;
  /** What of the old system is left: `mount /x`, `process 12 name (fd)`, `swap /dev/x`, `loop loop0 (/x)`. */
  held: string[];
  /** Target of the profile → what stands on it; null where the device has no such target. */
  holders: Record<string, string[] | null>;
  /** `name: reason` of kernel modules that were brought and could not be loaded; a root of before doesn't tell. */
  modules_failed?: string[];
  lease: { token: number; owner: string; seconds: number } | null;
  writer: { target: string; sha256: string; next: number } | null;
  /** Since the maintenance root began. */
  seconds: number;
  memory_available_kib: number;
}

export interface CallOptions {
  stdin?: Input;
  onReply?: (reply: Reply) => void;
  signal?: AbortSignal;
}

/** Codes that the flasher itself may answer with. */
const flasherCodes: ReadonlySet<string> = new Set([
  'LEASE_HELD',
  'TARGET_MISSING',
  'TARGET_AMBIGUOUS',
  'TARGET_IN_USE',
  'IMAGE_TOO_LARGE',
  'WRITE_FAILED',
  'VERIFY_FAILED',
  'CONTACT_LOST',
  'LEAVE_REFUSED',
  'USAGE',
]);

/**
 * Runs one verb of the flasher in the maintenance root and gives its replies.
 * @throws LevitateError the code that the flasher names; WRITE_FAILED when it ended without naming one
 */
export async function callFlasher(
  transport: Transport,
  args: (string | number)[],
  options: CallOptions = {},
): Promise<Reply[]> {
  const replies: Reply[] = [];
  let refusal: { code: string; message: string } | undefined;
  const result = await transport.exec(
    ['flasher', ...args].map((arg) => quote(String(arg))).join(' '),
    {
      ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
      ...(options.signal ? { signal: options.signal } : {}),
      onLine: (line) => {
        const reply = parseReply(line);
        if (reply.type === 'error') {
          refusal = { code: String(reply['code']), message: String(reply['message']) };
        } else {
          replies.push(reply);
          options.onReply?.(reply);
        }
      },
    },
  );
  if (refusal) {
    const { code, message } = refusal;
    throw new LevitateError(flasherCodes.has(code) ? (code as ErrorCode) : 'WRITE_FAILED', message);
  }
  if (result.code !== 0) {
    throw new LevitateError(
      'WRITE_FAILED',
      `flasher ${args[0]} failed: ${lastWords(result.stderr)}`,
      {
        data: { status: result.code, stderr: result.stderr.slice(-2000) },
      },
    );
  }
  return replies;
}

/** Where the device is, as its flasher says. */
export async function flasherStatus(transport: Transport): Promise<FlasherStatus> {
  const replies = await callFlasher(transport, ['status']);
  return replyOf<FlasherStatus>(replies, 'status');
}

/** The reply of a type, which the flasher owes. */
export function replyOf<T>(replies: Reply[], type: string): T {
  const found = replies.find((reply) => reply.type === type);
  if (!found)
    throw new LevitateError('WRITE_FAILED', `the flasher did not answer with its ${type}`);
  return found as unknown as T;
}

/** The right to write, held for as long as the channel stays open. */
export interface Lease {
  token: number;
  release(): Promise<void>;
}

/**
 * Takes the lease.
 * @param owner who is writing, for whoever is refused meanwhile
 * @throws LevitateError LEASE_HELD naming who holds it and since when
 */
export async function takeLease(transport: Transport, owner: string): Promise<Lease> {
  const open = new PassThrough();
  let granted: (token: number) => void;
  const token = new Promise<number>((resolve) => (granted = resolve));
  const channel = callFlasher(transport, ['lease', owner], {
    stdin: open,
    onReply: (reply) => {
      if (reply.type === 'lease') granted(Number(reply['token']));
    },
  });
  // A lease that ends early shows in the verbs that need it; here it must only not go unhandled.
  const ended = channel.then(
    () => undefined,
    () => undefined,
  );
  const refused = channel.then(() => {
    throw new LevitateError('CONTACT_LOST', 'the lease ended as soon as it was taken');
  });
  return {
    token: await Promise.race([token, refused]),
    release: async () => {
      open.end();
      await ended;
    },
  };
}

function parseReply(line: string): Reply {
  try {
    return JSON.parse(line) as Reply;
  } catch (cause) {
    throw new LevitateError(
      'WRITE_FAILED',
      `the flasher said what nobody understands: ${line.slice(0, 200)}`,
      {
        cause,
      },
    );
  }
}
