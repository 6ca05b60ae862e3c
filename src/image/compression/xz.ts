import { corrupt, truncated, unsupported } from '../image-errors.js';
import type { Decoding } from './decoding.js';
import { throughProgram } from './program.js';
import type { StoredFile } from '../stored-file.js';
import { xzStreams } from './xz-layout.js';

/** What `xz -9` needs, and twice that; it also bounds the memory that a file can make xz take. */
const memoryMiB = 128;

const program = {
  command: 'xz',
  args: ['-dcq', '-T1', `--memlimit-decompress=${memoryMiB}MiB`],
  package: 'xz-utils',
};

/**
 * Decompresses an .xz file of one or more streams with xz(1). Its indexes are read first: they tell how long the content
 * is, and whether a checksum is about it.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_FORMAT for what needs more than 128 MiB of memory;
 * TOOL_MISSING without xz
 */
export async function* unxz(
  file: StoredFile,
  decoding: Decoding,
): AsyncGenerator<Uint8Array, void> {
  const streams = await xzStreams(file, decoding);
  decoding.unchecked ||= streams.some(({ checked, length }) => !checked && length > 0);
  const promised = streams.reduce((sum, { length }) => sum + length, 0);
  let length = 0;
  for await (const bytes of throughProgram(program, file, (said, fed) =>
    failure(file, said, fed),
  )) {
    length += bytes.length;
    if (length > promised) break;
    yield bytes;
  }
  if (length !== promised)
    throw corrupt(file.path, `xz gave ${length} bytes and its index says ${promised}`, file.size);
}

function failure(file: StoredFile, said: string, fed: number): ReturnType<typeof corrupt> {
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
  const reason = said
    .split('\n')
    .at(-1)
    ?.replace(/^xz: (\(stdin\): )?/, '');
  return corrupt(file.path, `xz cannot decode it${reason ? `: ${reason}` : ''}`, fed);
}
