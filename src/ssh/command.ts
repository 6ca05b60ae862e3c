import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { LevitateError } from '../errors.js';
import { lineBytes } from '../protocol/values.js';
import { formatBytes } from '../shared/format-bytes.js';
import { outOfShell } from '../shared/shell-quote.js';
import { writeStdin } from './stdin.js';
import type { ExecOptions, ExecResult } from './transport.js';

/** Bytes of standard error that are kept, from its end. */
const stderrKept = 64 * 1024;
/** Bytes of either stream that a command may print where its caller names no bound. */
const usualBytes = 64 << 20;

/** A command that has begun to run on the far side, whatever carries it. */
export interface RunningCommand {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Settles after the command has ended and all of its output was read. */
  ended: Promise<number | null>;
  /** Ends the command's channel; its streams may still give what was under way. */
  kill(): void;
}

/**
 * Carries a command to its end: feeds its input, reads its output, and gives its result.
 * @throws the reason of `stop`, what the input or `onLine` threw, or what `ended` rejects with.
 */
export async function runCommand(
  command: RunningCommand,
  { stdin, onLine, onBytes, maxBytes = usualBytes }: ExecOptions,
  stop: AbortSignal,
): Promise<ExecResult> {
  const over = new AbortController();
  try {
    return await new Promise<ExecResult>((resolve, reject) => {
      const stopped = (): void => reject(stop.reason as Error);
      if (stop.aborted) stopped();
      stop.addEventListener('abort', stopped, { once: true, signal: over.signal });
      // Behind the first failure nothing is read any more: what follows may be endless.
      const failed = (error: unknown): void => {
        over.abort();
        reject(error as Error);
      };
      const stdout = reading(
        command.stdout,
        onBytes ? raw(onBytes) : onLine ? lines(onLine) : wholeText(),
        maxBytes,
        failed,
        over.signal,
      );
      const stderr = reading(command.stderr, endOfText(), usualBytes, failed, over.signal);
      writeStdin(command.stdin, stdin, over.signal).catch(reject);
      command.ended.then((code) => {
        try {
          resolve({ stdout: stdout(), stderr: stderr(), code });
        } catch (error) {
          reject(error as Error);
        }
      }, reject);
    });
  } catch (error) {
    command.kill();
    throw error;
  } finally {
    over.abort();
  }
}

/** One signal for the caller's abort, the command's own bound, and the loss of the connection. */
export function stopSignal(
  { signal, timeoutMs }: ExecOptions,
  command: string,
  lost?: AbortSignal,
): { stop: AbortSignal; done: () => void } {
  const bound = new AbortController();
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => bound.abort(tooLong(command, timeoutMs)), timeoutMs);
  const signals = [signal, lost, bound.signal].filter((each) => each !== undefined);
  return { stop: AbortSignal.any(signals), done: () => clearTimeout(timer) };
}

const tooLong = (command: string, timeoutMs: number): LevitateError =>
  new LevitateError(
    'CONNECTION_LOST',
    `no end of \`${firstWords(command)}\` on the device within ${timeoutMs / 1000} s`,
    { data: { timeoutMs } },
  );

/** Enough of a command to recognise it in a message. */
export const firstWords = (command: string): string => {
  const line = outOfShell(command).trim().split('\n')[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
};

/** One way to take what a stream gives. */
interface Taker {
  take(bytes: Buffer): void;
  /** What is left when the stream has ended. */
  end(): string;
}

/**
 * The one place that reads what a device prints: to a bound, and each byte once.
 * @returns gives what was read, when the command has ended
 */
function reading(
  stream: Readable,
  taker: Taker,
  maxBytes: number,
  fail: (error: unknown) => void,
  over: AbortSignal,
): () => string {
  let left = maxBytes;
  stream.on('data', (bytes: Buffer) => {
    if (over.aborted) return;
    left -= bytes.length;
    try {
      if (left < 0)
        throw unbounded(`more than ${formatBytes(maxBytes)} in answer to one command`, bytes);
      taker.take(bytes);
    } catch (error) {
      fail(error);
    }
  });
  // The end of a command tells what happened to it; a stream's own error would only end this process.
  stream.on('error', () => undefined);
  return () => taker.end();
}

const unbounded = (what: string, bytes: Buffer): LevitateError =>
  new LevitateError('REMOTE_FAILED', `the device printed ${what}, and was cut off`, {
    hint: 'A login script, or a program that it leaves running, prints into this connection: try ssh HOST true.',
    data: { excerpt: bytes.toString('utf8', 0, 200) },
  });

function wholeText(): Taker {
  const pieces: Buffer[] = [];
  return {
    take: (bytes) => void pieces.push(bytes),
    end: () => Buffer.concat(pieces).toString(),
  };
}

const raw = (onBytes: (bytes: Uint8Array) => void): Taker => ({ take: onBytes, end: () => '' });

function endOfText(): Taker {
  let kept: Buffer[] = [];
  let length = 0;
  const settle = (): Buffer => {
    const end = Buffer.concat(kept).subarray(-stderrKept);
    [kept, length] = [[end], end.length];
    return end;
  };
  return {
    take: (bytes) => {
      kept.push(bytes);
      length += bytes.length;
      if (length > 16 * stderrKept) settle();
    },
    end: () => settle().toString(),
  };
}

/** Calls `onLine` for each line; an unfinished last line counts when the output has ended. */
function lines(onLine: (line: string) => void): Taker {
  const decoder = new StringDecoder('utf8');
  let begun: string[] = [];
  let length = 0;
  return {
    take: (bytes) => {
      const parts = decoder.write(bytes).split('\n');
      const unfinished = parts.pop() ?? '';
      for (const part of parts) {
        const line = begun.join('') + part;
        [begun, length] = [[], 0];
        onLine(line);
      }
      begun.push(unfinished);
      length += unfinished.length;
      if (length > lineBytes)
        throw unbounded(`a line of more than ${formatBytes(lineBytes)}`, bytes);
    },
    end: () => {
      const rest = begun.join('') + decoder.end();
      if (rest !== '') onLine(rest);
      return '';
    },
  };
}
