import { corrupt, truncated } from '../image-errors.js';
import type { StoredFile } from '../stored-file.js';
import type { Decoding } from './decoding.js';
import { cannotDecode, throughProgram, type Decompressor } from './program.js';
import { searched } from './searched.js';

const program: Decompressor = { command: 'bzip2', args: ['-dc'] };

/** One more bzip2 stream, which is fed behind the file; its content is the 17 bytes of `endContent`. */
const endStream = Buffer.from(
  '425a68393141592653594838c2e80000059980400000102665050020003100d34d0536834c9421222d068b66785dc914e1424120e30ba0',
  'hex',
);
const endContent = Buffer.from('levitate: the end');

/**
 * The magic that ends a stream, digits of the square root of pi (bzip2 1.0.8, `compress.c`); its 48 bits may begin at
 * any bit of a byte.
 */
const endMagic = Buffer.from('177245385090', 'hex');

/**
 * Decompresses a bzip2 file of one or more streams with bzip2(1), which takes a few MiB and compares a CRC-32 of each
 * block and each stream. Every implementation (busybox's and lbzip2 as well) stops where something other than a stream
 * follows, and most of them report no error. Therefore one more stream is fed behind the file: the output must end with
 * the content of that stream, or the program has not read up to it.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; TOOL_MISSING without bzip2
 */
export async function* bunzip2(
  file: StoredFile,
  { budget }: Decoding,
): AsyncGenerator<Uint8Array, void> {
  const isWhole = endsInStream(await file.read(Math.max(0, file.size - 11), 11));
  let nothing = 0;
  const fed = withEnd(searched(file, endMagic, () => (nothing += 1)));
  const decoded = throughProgram(program, fed, (told) =>
    isWhole
      ? cannotDecode(file, program, told)
      : truncated(file.path, 'it does not end with a bzip2 stream', file.size),
  );
  let held: Buffer = Buffer.alloc(0);
  for await (const bytes of decoded) {
    const both = Buffer.concat([held, bytes]);
    const given = both.subarray(0, Math.max(0, both.length - endContent.length));
    held = both.subarray(given.length);
    budget.bytes(given.length);
    if (given.length > 0) yield given;
  }
  if (!held.equals(endContent))
    throw corrupt(file.path, 'there is something else between or after its bzip2 streams', {
      before: file.size,
    });
  // In an empty stream the end magic lies at a byte boundary; in other streams it seldom does.
  budget.entries(nothing);
}

const withEnd = (file: StoredFile): StoredFile => ({
  ...file,
  stream: async function* (start, end) {
    yield* file.stream(start, end);
    yield endStream;
  },
});

/** Whether bytes end as a stream does: the magic, a CRC-32, and up to seven bits that fill a byte. */
function endsInStream(tail: Buffer): boolean {
  const bits = BigInt(`0x00${tail.toString('hex')}`);
  const magic = BigInt(`0x${endMagic.toString('hex')}`);
  return [32, 33, 34, 35, 36, 37, 38, 39].some(
    (below) => ((bits >> BigInt(below)) & 0xffff_ffff_ffffn) === magic,
  );
}
