import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LevitateError } from '../../errors.js';
import {
  howToInstall,
  isProgramMissing,
  programMissing,
  type HostProgram,
} from '../../shared/host-program.js';
import { corrupt } from '../image-errors.js';
import type { StoredFile } from '../stored-file.js';

/** A program of this machine that decompresses from its standard input to its standard output. */
export interface Decompressor {
  command: HostProgram;
  args: string[];
}

/** What a program that failed has told. */
export interface ProgramFailure {
  /** All that it said on standard error, at most the last 2000 characters. */
  said: string;
  /** The first line of that without the names of the program and of its input; for messages. */
  reason: string;
  /** How far into the file the program was fed, in bytes. */
  fed: number;
}

/** The damage that a program has found, at a byte of the file. */
export const cannotDecode = (
  { path }: StoredFile,
  { command }: Decompressor,
  reason: string,
  at: number,
): LevitateError =>
  corrupt(path, `${command} cannot decode it${reason === '' ? '' : `: ${reason}`}`, at);

/** Programs take options out of these variables, too, which would add to those that are meant here. */
const otherOptions = ['XZ_DEFAULTS', 'XZ_OPT', 'ZSTD_CLEVEL', 'ZSTD_NBTHREADS', 'BZIP', 'BZIP2'];

/**
 * What a program makes of a whole file, piece by piece as it is read. The program ends with the reading.
 * @param failure gives the error where the program ends with another status than 0
 * @throws LevitateError TOOL_MISSING where there is no such program, or one that lacks the options; what reading the file
 * throws; what `failure` gives
 */
export async function* throughProgram(
  { command, args }: Decompressor,
  file: StoredFile,
  failure: (told: ProgramFailure) => LevitateError,
): AsyncGenerator<Uint8Array, void> {
  const none = Object.fromEntries(otherOptions.map((name) => [name, undefined]));
  const env = { ...process.env, ...none, LC_ALL: 'C' };
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  ended.catch(() => undefined);
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2000)));
  let fed = 0;
  const feeding = feed(file, child.stdin, (bytes) => (fed = Math.min(fed + bytes, file.size)));
  try {
    for await (const bytes of child.stdout as AsyncIterable<Buffer>) yield bytes;
    // A file that can't be read to its end counts more than what the program says of the beginning.
    await feeding;
    if ((await ended) === 0) return;
    if (isUsageError(said)) throw otherProgram(command, said);
    throw failure({ said, reason: reasonIn(said), fed });
  } catch (error) {
    throw isProgramMissing(error) ? programMissing(command, error, elsewhere) : error;
  } finally {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
    await feeding.catch(() => undefined);
  }
}

/** Feeds a program a file. A program that wants no more of its input has failed, and says why itself. */
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

const elsewhere = 'Or decompress the file elsewhere.';

/** Whether a program has complained of its options: busybox's applets have few. */
const isUsageError = (said: string): boolean =>
  /(unrecognized|invalid|unknown|illegal) option|^Incorrect parameters|^Usage:/im.test(said);

const otherProgram = (command: HostProgram, said: string): LevitateError =>
  new LevitateError(
    'TOOL_MISSING',
    `the \`${command}\` of this machine lacks an option that levitate needs: ${reasonIn(said)}`,
    {
      hint: `That may be busybox's. ${howToInstall(command)} ${elsewhere}`,
      data: { program: command },
    },
  );

const reasonIn = (said: string): string =>
  (said.trim().split('\n')[0] ?? '')
    .replace(/^\w+: /, '')
    .replace(/^(\(stdin\)|stdin|\/\*stdin\*\\) ?: /, '')
    .replace(/[;.\s]+$/, '');
