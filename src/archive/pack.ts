import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LevitateError } from '../errors.js';
import type { ArchiveCompression } from '../profile/schema.js';
import type { Entry } from '../rootfs/entry.js';
import { cannotWrite, fillWhole } from '../shared/atomic-file.js';
import { compressor, compressorFailure } from './compress.js';
import { cpioStream } from './cpio.js';

/** A packed archive. */
export interface PackedArchive {
  /** Hex SHA-256 of the file. */
  sha256: string;
  /** Bytes of the file. */
  bytes: number;
}

/**
 * Packs complete entries, parents first, into a compressed cpio. The file appears under its name only when all of it is
 * on the disk; an earlier file of that name stays until then.
 * @throws LevitateError OUTPUT_FAILED
 */
export async function packArchive(
  entries: Entry[],
  output: string,
  compression: ArchiveCompression,
): Promise<PackedArchive> {
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  // Before Node 24, pipeline tells of an abort where its last function throws.
  let notWritten: unknown;
  try {
    await fillWhole(output, (file) =>
      pipeline(cpioStream(entries), compressor(compression), measure, async (packed) => {
        for await (const chunk of packed as AsyncIterable<Buffer>) {
          await file.writeFile(chunk).catch((error: unknown) => {
            notWritten = error;
            throw error;
          });
        }
      }),
    );
  } catch (error) {
    if (error instanceof LevitateError) throw error;
    if (notWritten !== undefined) throw cannotWrite(output, notWritten);
    throw compressorFailure(error) ?? cannotWrite(output, error);
  }
  return { sha256: hash.digest('hex'), bytes };
}
