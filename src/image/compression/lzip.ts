import { corrupt, truncated, unsupported } from '../image-errors.js';
import type { StoredFile } from '../stored-file.js';
import type { Decoding } from './decoding.js';
import { cannotDecode, throughProgram, type Decompressor } from './program.js';

const program: Decompressor = { command: 'lzip', args: ['-dc'] };

/** The largest dictionary in MiB, twice that of `lzip -9`. lzip itself has no option that bounds its memory. */
const longestDictionary = 64;
const headerLength = 6;
const trailerLength = 20;

/**
 * Decompresses a .lz file of one or more members (lzip manual, "File format") with lzip(1). The members are found
 * first, from the end of the file to its beginning: they say how much memory they need and how much content they hold,
 * and nothing may lie behind or between them, which lzip would ignore.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_FORMAT for a dictionary of more than 64 MiB; TOOL_MISSING
 * without lzip
 */
export async function* unlzip(
  file: StoredFile,
  decoding: Decoding,
): AsyncGenerator<Uint8Array, void> {
  const promised = await contentLength(file, decoding);
  let length = 0;
  const decoded = throughProgram(program, file, ({ reason, fed }) =>
    cannotDecode(file, program, reason, fed),
  );
  for await (const bytes of decoded) {
    length += bytes.length;
    if (length > promised) break;
    yield bytes;
  }
  if (length !== promised)
    throw corrupt(
      file.path,
      `lzip gave ${length} bytes and its members say ${promised}`,
      file.size,
    );
}

/** Bytes of the content of all members, by the trailer of each: CRC-32, length of the content, length of the member. */
async function contentLength(file: StoredFile, { budget }: Decoding): Promise<number> {
  let length = 0;
  for (let end = file.size; end > 0;) {
    const trailer = await file.read(Math.max(0, end - trailerLength), trailerLength);
    const stored = trailer.length < trailerLength ? 0 : Number(trailer.readBigUInt64LE(12));
    const start = end - stored;
    const fits = stored > headerLength + trailerLength && start >= 0;
    const header = fits ? await file.read(start, headerLength) : Buffer.alloc(0);
    if (header.toString('latin1', 0, 5) !== 'LZIP\x01')
      throw end === file.size
        ? truncated(file.path, 'it does not end with an lzip member', end)
        : corrupt(file.path, 'there is something else between the lzip members', end);
    refuseLargeDictionary(file, header.readUInt8(5));
    const content = Number(trailer.readBigUInt64LE(4));
    budget.bytes(content);
    budget.entries();
    length += content;
    end = start;
  }
  return length;
}

/** "File format", DS: five bits are the exponent of a power of two, three how many sixteenths of that are taken off. */
function refuseLargeDictionary(file: StoredFile, coded: number): void {
  const power = 2 ** (coded & 0x1f);
  const mib = (power - (power / 16) * (coded >> 5)) / 2 ** 20;
  if (mib > longestDictionary)
    throw unsupported(
      file.path,
      `its lzip dictionary needs ${Math.ceil(mib)} MiB of memory, and ${longestDictionary} MiB is the limit`,
      'Compress it again with `lzip -9` or less.',
    );
}
