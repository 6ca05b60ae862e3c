import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LevitateError } from '../../errors.js';
import type { StoredFile } from '../stored-file.js';

/** A program of this machine that decompresses from its standard input to its standard output. */
export interface Decompressor {
  command: string;
  args: string[];
  /** The Debian package that has it, for messages. */
  package: string;
}

/**
 * What a program makes of a whole file, piece by piece as it is read. The program ends with the reading.
 * @param failure names what the program said on standard error, when it ends with another status than 0; it gets how far
 * into the file the program was fed, in bytes
 * @throws LevitateError TOOL_MISSING where there is no such program; what reading the file throws; what `failure` gives
 */
export async function* throughProgram(
  { command, args, package: from }: Decompressor,
  file: StoredFile,
  failure: (said: string, fed: number) => LevitateError,
): AsyncGenerator<Uint8Array, void> {
  // Options out of the environment would add to those that are meant here.
  const env = { ...process.env, XZ_DEFAULTS: '', XZ_OPT: '', ZSTD_CLEVEL: '', LC_ALL: 'C' };
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  ended.catch(() => undefined);
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2000)));
  let fed = 0;
  const feeding = feed(file, child.stdin, (bytes) => (fed += bytes));
  try {
    for await (const bytes of child.stdout as AsyncIterable<Buffer>) yield bytes;
    // A file that can't be read to its end counts more than what the program says of the beginning.
    await feeding;
    if ((await ended) !== 0) throw failure(said.trim(), fed);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? missing(command, from, error)
      : error;
  } finally {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
    await feeding.catch(() => undefined);
  }
}

/** A program that wants no more of its input has failed, and says why itself. */
async function feed(
  file: StoredFile,
  stdin: NodeJS.WritableStream,
  count: (bytes: number) => void,
): Promise<void> {
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const bytes of file.stream(0, file.size)) {
      count(bytes.length);
      yield bytes;
    }
  };
  await pipeline(Readable.from(counted(), { objectMode: true }), stdin).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE' && code !== 'ECONNRESET')
      throw error;
  });
}

const missing = (command: string, from: string, cause: unknown): LevitateError =>
  new LevitateError('TOOL_MISSING', `there is no \`${command}\` on this machine`, {
    hint: `Install it (Debian: ${from}), or decompress the file elsewhere.`,
    cause,
  });
