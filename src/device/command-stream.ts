import { Duplex, PassThrough } from 'node:stream';
import type { ExecOptions, ExecResult, Transport } from './transport.js';

/** A remote command as a byte stream, and what comes of it. */
export interface CommandStream {
  /** Its standard input and output. Destroying it closes the input and drops the output. */
  stream: Duplex;
  /** Its end; standard output is empty there. Rejects as `exec` does. */
  ended: Promise<ExecResult>;
}

/** Runs a remote command whose standard input and output are a stream for whatever speaks a protocol over it. */
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
  const ended = transport.exec(command, {
    ...options,
    stdin: input,
    onBytes: (bytes) => void (stream.destroyed || stream.push(bytes)),
  });
  ended.then(
    () => stream.push(null),
    (error: Error) => stream.destroy(error),
  );
  return { stream, ended };
}
