import { LevitateError } from '../errors.js';
import { inShell } from '../shared/shell-quote.js';
import { iterate } from '../ssh/stdin.js';
import type { ExecOptions, ExecResult, Input, Transport } from '../ssh/transport.js';

/** Pipes on the device that carry what is sent, and what is printed, over a command of an SSH connection. */
export interface HeldPipes {
  /** The process on the device whose standard streams they are: root opens them by /proc/HOLDER/fd (proc(5)). */
  holder: Promise<string>;
  /** Settles when all of them are closed and read; the status tells nothing. */
  ended: Promise<ExecResult>;
  /** Ends what is sent. */
  finish(): void;
}

/** Seconds for which the holder has them by itself; who opens them may end it. */
const heldSeconds = 180;

/**
 * Starts a command on the device that holds pipes, and nothing else.
 * @param mark unlike anything else that is printed; a word of letters and digits
 * @param options what is sent, and how what is printed is read; as for `exec`
 */
export function holdPipes(running: Transport, mark: string, options: ExecOptions): HeldPipes {
  let finish = (): void => undefined;
  const over = new Promise<undefined>((resolve) => (finish = () => resolve(undefined)));
  let found = (_holder: string): void => undefined;
  let fail = (_error: unknown): void => undefined;
  const holder = new Promise<string>((resolve, reject) => ([found, fail] = [resolve, reject]));
  const kept: Uint8Array[] = [];
  const { onLine, onBytes = (bytes: Uint8Array) => void kept.push(bytes) } = options;
  const hold = async (): Promise<ExecResult> => {
    try {
      const result = await running.exec(holding(mark), {
        ...options,
        stdin: until(over, options.stdin),
        ...(onLine ? linesBehind(mark, found, onLine) : bytesBehind(mark, found, onBytes)),
      });
      // Without effect where it was found.
      fail(notHeld(result.stderr));
      return { ...result, stdout: Buffer.concat(kept).toString() };
    } catch (error) {
      fail(error);
      throw error;
    }
  };
  return { holder, ended: hold(), finish };
}

const notHeld = (said: string): LevitateError =>
  new LevitateError('REMOTE_FAILED', `the device holds no pipes for a command: ${said.trim()}`);

/** The holder tells its number first; each stream of the login goes through a pipe to or from it, and to nobody else. */
const holding = (mark: string): string => {
  const holder = `echo ${mark} $$ >&4; exec sleep ${heldSeconds} 3<&- 4>&- 5>&- 6>&-`;
  return inShell(
    `exec 3<&0 4>&1 5>&2 2>/dev/null
    { cat <&3 4>&- 5>&- 6>&- | sh -c '${holder}' 2>&1 >&6 | cat >&5 3<&- 4>&- 6>&-; } 6>&1 | cat >&4 3<&- 5>&-`,
  );
};

type Reading = Pick<ExecOptions, 'onLine' | 'onBytes'>;

/** Reads the lines behind the one that names the holder. */
function linesBehind(
  mark: string,
  found: (holder: string) => void,
  onLine: (line: string) => void,
): Reading {
  let begun = false;
  const first = (line: string): void => {
    const [, holder] = new RegExp(`^${mark} (\\d+)$`).exec(line) ?? [];
    if (holder === undefined) return;
    begun = true;
    found(holder);
  };
  return { onLine: (line) => (begun ? onLine : first)(line) };
}

/** Reads the bytes behind the line that names the holder. */
function bytesBehind(
  mark: string,
  found: (holder: string) => void,
  onBytes: (bytes: Uint8Array) => void,
): Reading {
  let before: Buffer | undefined = Buffer.alloc(0);
  return {
    onBytes: (bytes) => {
      if (before === undefined) return onBytes(bytes);
      before = Buffer.concat([before, bytes]);
      const match = new RegExp(`(?:^|\\n)${mark} (\\d+)\\n`).exec(before.toString('latin1'));
      if (match?.[1] === undefined) return;
      const rest = before.subarray(match.index + match[0].length);
      before = undefined;
      found(match[1]);
      if (rest.length > 0) onBytes(rest);
    },
  };
}

/** What is sent, which ends when nobody reads it any more. */
async function* until(over: Promise<undefined>, input: Input = ''): AsyncGenerator<Uint8Array> {
  const pieces = iterate(input);
  for (;;) {
    const next = await Promise.race([pieces.next(), over]);
    if (next === undefined || next.done === true) break;
    yield next.value;
  }
  // Not awaited: a source that waits itself would answer only later.
  pieces.return?.().catch(() => undefined);
}
