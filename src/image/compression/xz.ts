import { LevitateError } from '../../errors.js';
import { trailing, truncated, unsupported } from '../image-errors.js';
import type { StoredFile } from '../stored-file.js';
import type { Decoding } from './decoding.js';
import { cannotDecode, throughProgram, type Decompressor, type ProgramFailure } from './program.js';
import { searched } from './searched.js';
import { endOfStreams } from './xz-end.js';

/** The most memory in MiB that a file can make xz take: twice what `xz -9` needs. */
const memoryMiB = 128;

const xz = (format: string): Decompressor => ({
  command: 'xz',
  args: ['-dcq', '-T1', `--format=${format}`, `--memlimit-decompress=${memoryMiB}MiB`],
});

/** How each stream begins (The .xz File Format 1.2.1, §2.1.1): the magic, and the null byte of its flags. */
const streamHeader = Buffer.from('fd377a585a0000', 'hex');
/** The whole header of a stream whose blocks have no checksum: flags of check 0, and their CRC-32. */
const uncheckedHeader = Buffer.from('fd377a585a000000ff12d941', 'hex');

/**
 * Decompresses an .xz file of one or more streams with xz(1), which compares every checksum, length and index. The
 * whole file is searched for the header of a stream without checksums, which has fixed bytes, so that such a stream is
 * noticed.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_FORMAT for what needs more than 128 MiB of memory;
 * TOOL_MISSING without xz
 */
export async function* unxz(
  file: StoredFile,
  decoding: Decoding,
): AsyncGenerator<Uint8Array, void> {
  let streams = 0;
  const counted = searched(file, streamHeader, () => (streams += 1));
  const watched = searched(counted, uncheckedHeader, () => (decoding.unchecked = true));
  yield* through(xz('xz'), watched, decoding, async (told) => {
    const end = await endOfStreams(file);
    return end !== undefined && (await isSound(file, end))
      ? trailing(file.path, 'xz', end)
      : failure(file, xz('xz'), told);
  });
  decoding.budget.entries(streams);
}

/**
 * Decompresses a file of the old .lzma format with xz(1): a header of 13 bytes and one stream (xz,
 * `doc/lzma-file-format.txt`). It has no checksum, and nothing may follow it.
 * @throws LevitateError as `unxz`
 */
export async function* unlzma(
  file: StoredFile,
  decoding: Decoding,
): AsyncGenerator<Uint8Array, void> {
  decoding.unchecked = true;
  yield* through(xz('lzma'), file, decoding);
}

async function* through(
  program: Decompressor,
  file: StoredFile,
  { budget }: Decoding,
  orElse = (told: ProgramFailure): LevitateError | Promise<LevitateError> =>
    failure(file, program, told),
): AsyncGenerator<Uint8Array, void> {
  for await (const bytes of throughProgram(program, file, orElse)) {
    budget.bytes(bytes.length);
    yield bytes;
  }
}

/** Whether xz finds no fault in the first bytes of a file. */
async function isSound(file: StoredFile, length: number): Promise<boolean> {
  const part: StoredFile = {
    ...file,
    size: length,
    stream: (start, end) => file.stream(start, Math.min(end, length)),
  };
  const program = xz('xz');
  const content = throughProgram(program, part, (told) => failure(part, program, told));
  try {
    while ((await content.next()).done !== true);
    return true;
  } catch (error) {
    if (error instanceof LevitateError) return false;
    throw error;
  }
}

function failure(file: StoredFile, program: Decompressor, told: ProgramFailure): LevitateError {
  const { said } = told;
  if (/[Mm]emory usage limit/.test(said))
    return unsupported(
      file.path,
      `its xz dictionary needs more than ${memoryMiB} MiB of memory`,
      'Compress it again with `xz -9` or less.',
    );
  if (/Unsupported/.test(said))
    return unsupported(
      file.path,
      'it uses an xz filter or check that the xz of this machine does not know',
      'Compress it again with plain `xz`.',
    );
  if (/Unexpected end/.test(said)) return truncated(file.path, 'the xz data ends early', file.size);
  return cannotDecode(file, program, told);
}
