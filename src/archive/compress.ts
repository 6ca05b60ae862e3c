import { PassThrough, type Duplex } from 'node:stream';
import { createGzip } from 'node:zlib';
import { execa, ExecaError } from 'execa';
import { LevitateError } from '../errors.js';
import { howToInstall, isProgramMissing } from '../shared/host-program.js';
import type { ArchiveCompression } from '../profile/schema.js';

/**
 * The kernel's decoder (lib/decompress_unxz.c) takes no check but CRC32, and unpacking needs the size of the dictionary
 * in RAM: 4 MiB, half of what `xz` takes by itself, costs a NAND router's archive 2 %.
 */
const xz = ['-T1', '-q', '-c', '--check=crc32', '--lzma2=preset=9e,dict=4MiB'];

/**
 * One thread, because the bytes would depend on the number of threads. The window of level 19 is 8 MiB, the limit of
 * the kernel.
 */
const zstd = ['-19', '--single-thread', '-q', '-c'];

const compressors: Record<ArchiveCompression, () => Duplex> = {
  // The header holds neither a name nor a time. Level 9 takes more than twice as long, for 0.2 % of a NAND router's archive.
  gzip: () => createGzip({ level: 6 }),
  xz: () => program('xz', xz),
  zstd: () => program('zstd', zstd),
  none: () => new PassThrough(),
};

/** Gives a stream that compresses; its output depends only on its input, and on the version of xz or zstd. */
export const compressor = (compression: ArchiveCompression): Duplex => compressors[compression]();

function program(name: 'xz' | 'zstd', args: string[]): Duplex {
  // xz would add the options in these variables to its arguments. zstd's arguments override its environment.
  const env = { XZ_DEFAULTS: undefined, XZ_OPT: undefined };
  return execa(name, args, { env, buffer: false }).duplex();
}

/** Makes the error for people of a failure of `compressor`; undefined for any other error. */
export function compressorFailure(error: unknown): LevitateError | undefined {
  if (!(error instanceof ExecaError)) return undefined;
  const name = error.command.startsWith('xz') ? 'xz' : 'zstd';
  const absent = isProgramMissing(error);
  const what = absent ? `${name} is not installed on this machine` : error.shortMessage;
  return new LevitateError('OUTPUT_FAILED', `the archive cannot be compressed: ${what}`, {
    cause: error,
    hint: `${absent ? howToInstall(name) : `\`${name} --version\` tells whether it works.`} Or set archive.compression to gzip in the profile.`,
  });
}
