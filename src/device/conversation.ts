import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { LevitateError } from '../errors.js';
import { feed } from './feed.js';
import type { ExecOptions, ExecResult } from './transport.js';

/** Bytes of standard error that are kept, from its end. */
const stderrKept = 64 * 1024;

/** A command that has begun to run on the far side, whatever carries it. */
export interface Running {
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
export async function converse(
  command: Running,
  { stdin, onLine, onBytes }: ExecOptions,
  stop: AbortSignal,
): Promise<ExecResult> {
  const over = new AbortController();
  try {
    return await new Promise<ExecResult>((resolve, reject) => {
      const stopped = (): void => reject(stop.reason as Error);
      if (stop.aborted) stopped();
      stop.addEventListener('abort', stopped, { once: true, signal: over.signal });
      const stdout = onBytes
        ? raw(command.stdout, onBytes)
        : onLine
          ? lines(command.stdout, onLine, reject)
          : wholeText(command.stdout);
      const stderr = endOfText(command.stderr);
      feed(command.stdin, stdin, over.signal).catch(reject);
      command.ended.then((code) => resolve({ stdout: stdout(), stderr: stderr(), code }), reject);
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
    'CONTACT_LOST',
    `no end of \`${firstWords(command)}\` on the device within ${timeoutMs / 1000} s`,
    { data: { timeoutMs } },
  );

/** Enough of a command to recognise it in a message. */
export const firstWords = (command: string): string => {
  const line = command.trim().split('\n')[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
};

function wholeText(stream: Readable): () => string {
  const pieces: Buffer[] = [];
  stream.on('data', (bytes: Buffer) => pieces.push(bytes));
  quiet(stream);
  return () => Buffer.concat(pieces).toString();
}

function raw(stream: Readable, onBytes: (bytes: Uint8Array) => void): () => string {
  stream.on('data', onBytes);
  quiet(stream);
  return () => '';
}

function endOfText(stream: Readable): () => string {
  let kept = Buffer.alloc(0);
  stream.on('data', (bytes: Buffer) => (kept = Buffer.concat([kept, bytes]).subarray(-stderrKept)));
  quiet(stream);
  return () => kept.toString();
}

/** Calls `onLine` for each line; an unfinished last line counts when the output has ended. */
function lines(
  stream: Readable,
  onLine: (line: string) => void,
  fail: (error: unknown) => void,
): () => string {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const tell = (line: string): void => {
    try {
      onLine(line);
    } catch (error) {
      fail(error);
    }
  };
  stream.on('data', (bytes: Buffer) => {
    const parts = (rest + decoder.write(bytes)).split('\n');
    rest = parts.pop() ?? '';
    parts.forEach(tell);
  });
  quiet(stream);
  return () => {
    rest += decoder.end();
    if (rest !== '') tell(rest);
    return '';
  };
}

/** The end of a command tells what happened to it; a stream's own error would only end this process. */
const quiet = (stream: Readable): void => void stream.on('error', () => undefined);
