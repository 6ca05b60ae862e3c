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

/** What is known of a program that failed. */
export interface ProgramFailure {
  /** Its standard error, at most the last 2000 characters. */
  said: string;
  /** The first line of `said` without the names of the program and of its input, for messages. */
  reason: string;
  /** How far into the file the program was fed, in bytes. */
  fed: number;
}

/**
 * The error for damage that a program has found. It lies before the byte up to which the program was fed; how far before,
 * no program says.
 */
export const cannotDecode = (
  { path }: StoredFile,
  { command }: Decompressor,
  { reason, fed }: ProgramFailure,
): LevitateError =>
  corrupt(path, `${command} cannot decode it${reason === '' ? '' : `: ${reason}`}`, {
    before: fed,
  });

/**
 * Programs take options from these variables as well. They are unset, because such options would add to the ones given
 * here.
 */
const otherOptions = ['XZ_DEFAULTS', 'XZ_OPT', 'ZSTD_CLEVEL', 'ZSTD_NBTHREADS', 'BZIP', 'BZIP2'];

/**
 * Feeds a whole file to a program and gives its output, piece by piece as it is read. The program is ended when the
 * reading ends.
 * @param failure gives the error where the program ends with another status than 0
 * @throws LevitateError TOOL_MISSING where there is no such program, or one that lacks the options; what reading the
 * file throws; what `failure` gives
 */
export async function* throughProgram(
  { command, args }: Decompressor,
  file: StoredFile,
  failure: (told: ProgramFailure) => LevitateError | Promise<LevitateError>,
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
    // An error in reading the file counts more than what the program says of the part that it got.
    await feeding;
    if ((await ended) === 0) return;
    if (isUsageError(said)) throw otherProgram(command, said);
    throw await failure({ said, reason: reasonIn(said), fed });
  } catch (error) {
    throw isProgramMissing(error) ? programMissing(command, error, elsewhere) : error;
  } finally {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
    await feeding.catch(() => undefined);
  }
}

/** Feeds a file to a program. A program that closes its input early has failed, and reports the reason itself. */
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

/** Whether a program has refused its options; the applets of busybox know few. */
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
