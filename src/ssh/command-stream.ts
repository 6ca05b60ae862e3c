import { randomBytes } from 'node:crypto';
import { Duplex, PassThrough } from 'node:stream';
import { LevitateError } from '../errors.js';
import { inShell, quote } from '../shared/shell-quote.js';
import type { ExecOptions, ExecResult, Transport } from './transport.js';

/** A remote command as a byte stream, and what comes of it. */
export interface CommandStream {
  /** Its standard input and output. Destroying it closes the input and drops the output. */
  stream: Duplex;
  /** Its end; standard output is empty there. Rejects as `exec` does. */
  ended: Promise<ExecResult>;
}

/**
 * Runs a remote command whose standard input and output are a stream for whatever speaks a protocol over it. What the
 * login prints before the command is no part of it.
 */
export function commandStream(
  transport: Transport,
  command: string,
  options: Pick<ExecOptions, 'signal' | 'timeoutMs'> = {},
): CommandStream {
  const input = new PassThrough();
  const stream = new Duplex({
    read: () => undefined,
    write: (bytes, encoding, done) => void input.write(bytes, encoding, done),
    final: (done) => void input.end(done),
    destroy: (error, done) => {
      input.end();
      done(error);
    },
  });
  // A command that ended while it was still being written to is no failure of this program.
  for (const each of [input, stream]) each.on('error', () => undefined);
  const mark = `@${randomBytes(12).toString('hex')} begin@`;
  const own = behind(`${mark}\n`);
  const script = `echo ${quote(mark)}; exec ${command}`;
  const ended = transport.exec(inShell(script), {
    ...options,
    stdin: input,
    maxBytes: Infinity,
    onBytes: (bytes) => {
      const part = own(bytes);
      if (part.length > 0 && !stream.destroyed) stream.push(part);
    },
  });
  ended.then(
    () => stream.push(null),
    (error: Error) => stream.destroy(error),
  );
  return { stream, ended };
}

/** The most that a login prints before it runs a command. */
const mostBefore = 1 << 20;

/** Of bytes that come in pieces, what stands behind the first place of a text. */
function behind(text: string): (bytes: Uint8Array) => Uint8Array {
  let before: Buffer | undefined = Buffer.alloc(0);
  return (bytes) => {
    if (before === undefined) return bytes;
    const all: Buffer = Buffer.concat([before, bytes]);
    const at = all.indexOf(text);
    before = at === -1 ? all : undefined;
    if (all.length > mostBefore && at === -1)
      throw new LevitateError('REMOTE_FAILED', 'the login prints without end before any command');
    return at === -1 ? Buffer.alloc(0) : all.subarray(at + text.length);
  };
}
