import { PassThrough, type Duplex } from 'node:stream';
import { createGzip } from 'node:zlib';
import { execa, ExecaError } from 'execa';
import { LevitateError } from '../errors.js';
import { howToInstall, isProgramMissing } from '../shared/host-program.js';
import type { ArchiveCompression } from '../profile/schema.js';

/**
 * The kernel's decoder (lib/decompress_unxz.c) takes no check but CRC32, and whoever unpacks needs the dictionary's
 * size in RAM: 4 MiB, half of what `xz` takes by itself, costs a NAND router's archive 2 %.
 */
const xz = ['-T1', '-q', '-c', '--check=crc32', '--lzma2=preset=9e,dict=4MiB'];

/** One thread, because the threads' number would show in the bytes; this level's window is the kernel's limit, 8 MiB. */
const zstd = ['-19', '--single-thread', '-q', '-c'];

const compressors: Record<ArchiveCompression, () => Duplex> = {
  // The header holds neither a name nor a time.
  gzip: () => createGzip({ level: 9 }),
  xz: () => program('xz', xz),
  zstd: () => program('zstd', zstd),
  none: () => new PassThrough(),
};

/** A stream that compresses; what comes out depends on the bytes alone, and on the version of xz or zstd. */
export const compressor = (compression: ArchiveCompression): Duplex => compressors[compression]();

function program(name: 'xz' | 'zstd', args: string[]): Duplex {
  // These would add to the words above; what zstd takes from the environment, its words overrule.
  const env = { XZ_DEFAULTS: undefined, XZ_OPT: undefined };
  return execa(name, args, { env, buffer: false }).duplex();
}

/** What a failure of `compressor` says to people; undefined when it is none. */
export function compressorFailure(error: unknown): LevitateError | undefined {
  if (!(error instanceof ExecaError)) return undefined;
  const name = error.command.startsWith('xz') ? 'xz' : 'zstd';
  const absent = isProgramMissing(error);
  const what = absent ? `${name} is not installed on this machine` : error.shortMessage;
  return new LevitateError('OUTPUT_FAILED', `the archive can't be compressed: ${what}`, {
    cause: error,
    hint: `${absent ? howToInstall(name) : `\`${name} --version\` tells whether it works.`} Or set archive.compression to gzip in the profile.`,
  });
}
