import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LevitateError, reasonOf } from '../errors.js';
import type { ArchiveCompression } from '../profile/schema.js';
import type { Entry } from '../rootfs/entry.js';
import { temporaryBeside } from '../shared/atomic-file.js';
import { compressor, compressorFailure } from './compress.js';
import { cpioStream } from './cpio.js';

export interface Packed {
  /** Hex SHA-256 of the file. */
  sha256: string;
  /** Bytes of the file. */
  bytes: number;
}

/**
 * Packs complete entries, parents first, into a compressed cpio. The file appears under its name only when all of it
 * is on the disk; what was there before stays until then.
 * @throws LevitateError OUTPUT_FAILED
 */
export async function packArchive(
  entries: Entry[],
  output: string,
  compression: ArchiveCompression,
): Promise<Packed> {
  const temporary = temporaryBeside(output);
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    const handle = await open(temporary, 'wx');
    const sink = handle.createWriteStream({ flush: true });
    await pipeline(cpioStream(entries), compressor(compression), measure, sink);
    await rename(temporary, output);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (error instanceof LevitateError) throw error;
    const failure = compressorFailure(error);
    if (failure) throw failure;
    throw new LevitateError('OUTPUT_FAILED', `${output} can't be written: ${reasonOf(error)}`, {
      cause: error,
      hint: 'Name a file in a folder that exists, that you may write to, with space for some megabytes.',
    });
  }
  return { sha256: hash.digest('hex'), bytes };
}
