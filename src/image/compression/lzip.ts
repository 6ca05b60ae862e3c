import type { LevitateError } from '../../errors.js';
import { corrupt, trailing, truncated, unsupported } from '../image-errors.js';
import type { StoredFile } from '../stored-file.js';
import type { Decoding } from './decoding.js';
import { cannotDecode, throughProgram, type Decompressor } from './program.js';

const program: Decompressor = { command: 'lzip', args: ['-dc'] };

/** The largest dictionary in MiB, twice that of `lzip -9`. lzip itself has no option that bounds its memory. */
const longestDictionary = 64;
/** How each member begins: `LZIP`, and the number of the format's version. */
const magic = Buffer.from('LZIP\x01', 'latin1');
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
  const decoded = throughProgram(program, file, (told) => cannotDecode(file, program, told));
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

/** Bytes of the content of all members. */
async function contentLength(file: StoredFile, decoding: Decoding): Promise<number> {
  const { budget } = decoding;
  let length = 0;
  for (let end = file.size; end > 0;) {
    const member = await memberEndingAt(file, end);
    if (member === undefined)
      throw end === file.size
        ? await badEnd(file, decoding)
        : corrupt(file.path, 'there is something else between the lzip members', end);
    refuseLargeDictionary(file, member.dictionary);
    budget.bytes(member.content);
    budget.entries();
    length += member.content;
    end = member.start;
  }
  return length;
}

/** What a member says that ends at a byte, by its trailer: CRC-32, length of the content, length of the member. */
interface Member {
  start: number;
  /** The coded size of its dictionary. */
  dictionary: number;
  /** Bytes of its content. */
  content: number;
}

async function memberEndingAt(file: StoredFile, end: number): Promise<Member | undefined> {
  const trailer = await file.read(Math.max(0, end - trailerLength), trailerLength);
  const start = trailer.length < trailerLength ? -1 : startBefore(end, trailer.subarray(12));
  const header = start < 0 ? Buffer.alloc(0) : await file.read(start, headerLength);
  if (!header.subarray(0, magic.length).equals(magic)) return undefined;
  return { start, dictionary: header.readUInt8(5), content: Number(trailer.readBigUInt64LE(4)) };
}

/** Where the member begins whose trailer ends at `end` with its length; negative where there is none so long. */
function startBefore(end: number, lengthOfMember: Buffer): number {
  const stored = Number(lengthOfMember.readBigUInt64LE());
  return stored > headerLength + trailerLength ? end - stored : -1;
}

/**
 * The error for a file that does not end with a member: something else follows the last one, or it was cut. The last
 * 64 KiB are searched for the end of a member.
 */
async function badEnd(file: StoredFile, { budget }: Decoding): Promise<LevitateError> {
  const from = Math.max(0, file.size - 64 * 1024);
  const tail = await file.read(from, file.size - from);
  for (let at = tail.length - 1; at >= trailerLength; at -= 1) {
    if (startBefore(from + at, tail.subarray(at - 8, at)) < 0) continue;
    // Hardly any other eight bytes are such a length; a file full of them would cost a read each.
    budget.entries();
    if ((await memberEndingAt(file, from + at)) === undefined) continue;
    const behind = tail.subarray(at, at + magic.length);
    if (!magic.subarray(0, behind.length).equals(behind))
      return trailing(file.path, 'lzip', from + at);
    break;
  }
  return truncated(file.path, 'it does not end with an lzip member', file.size);
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
