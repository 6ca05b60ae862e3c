import { corrupt, truncated, unsupported } from '../image-errors.js';
import type { Decoding } from './decoding.js';
import { throughProgram } from './program.js';
import type { StoredFile } from '../stored-file.js';
import {
  blockHeaderSize,
  longestFrameHeader,
  skippableLength,
  zstdBlock,
  zstdFrame,
  type ZstdFrame,
} from './zstd-frame.js';

/** What zstd itself allows without --long; it also bounds the memory that a file can make zstd take. */
const maxWindow = 128 * 1024 * 1024;
/** One frame of the largest window takes 32 of the pieces that a file without content may have. */
const windowPerEntry = 4 * 1024 * 1024;

const program = { command: 'zstd', args: ['-dcq', '--memory=128MB'], package: 'zstd' };

/**
 * Decompresses a zstd file of one or more frames (RFC 8878) with zstd(1). The headers of frames and blocks are read
 * first: they tell what zstd would need, and whether a checksum is about the content.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT with the offset in the stored file; IMAGE_FORMAT for a frame
 * that needs a dictionary or more than 128 MiB of history; TOOL_MISSING without zstd
 */
export async function* unzstd(
  file: StoredFile,
  decoding: Decoding,
): AsyncGenerator<Uint8Array, void> {
  let last = 0;
  const near = readAhead(file);
  for (let at = 0; at < file.size;) {
    last = at;
    at = await passFrame(near, at, decoding);
  }
  for await (const bytes of throughProgram(program, file, (said) => failure(file, said, last))) {
    decoding.budget.bytes(bytes.length);
    yield bytes;
  }
}

/** Looks at the frame that begins here. @returns where it ends */
async function passFrame(file: StoredFile, start: number, decoding: Decoding): Promise<number> {
  const { budget } = decoding;
  const head = await file.read(start, longestFrameHeader);
  budget.entries();
  const skip = skippableLength(head);
  if (skip !== undefined) {
    if (start + skip > file.size) throw endsEarly(file);
    budget.bytes(skip);
    return start + skip;
  }
  const frame = zstdFrame(head);
  if (frame === 'short') throw truncated(file.path, 'a zstd frame header ends early', file.size);
  if (frame === undefined)
    throw corrupt(
      file.path,
      start === 0 ? 'the zstd header is wrong' : 'no zstd frame follows',
      start,
    );
  refuseUnusable(file, frame);
  // zstd takes the history at once, whatever then comes of the frame.
  budget.entries(Math.floor(frame.windowSize / windowPerEntry));
  let at = start + frame.headerLength;
  let stored = 0;
  for (let last = false; !last;) {
    const header = await file.read(at, blockHeaderSize);
    if (header.length < blockHeaderSize) throw endsEarly(file);
    const block = zstdBlock(header);
    if (block === undefined) throw corrupt(file.path, 'a zstd block header is wrong', at);
    // A block of nothing costs work and gives none.
    if (block.storedLength === blockHeaderSize) budget.entries();
    stored += block.storedLength - blockHeaderSize;
    at += block.storedLength;
    last = block.last;
  }
  if (frame.hasChecksum) at += 4;
  else if (stored > 0) decoding.unchecked = true;
  if (at > file.size) throw endsEarly(file);
  return at;
}

/** The same file, for a reader that looks at a few bytes here and there, each time further on. */
function readAhead(file: StoredFile): StoredFile {
  let start = 0;
  let piece: Buffer = Buffer.alloc(0);
  const read: StoredFile['read'] = async (offset, length) => {
    if (offset < start || offset + length > start + piece.length) {
      piece = await file.read(offset, Math.max(length, 4096));
      start = offset;
    }
    return piece.subarray(offset - start, offset - start + length);
  };
  return { ...file, read };
}

const endsEarly = (file: StoredFile): Error =>
  truncated(file.path, 'the zstd data ends early', file.size);

function refuseUnusable(file: StoredFile, frame: ZstdFrame): void {
  if (frame.dictionary !== 0)
    throw unsupported(
      file.path,
      `zstd dictionary ${frame.dictionary} is needed for it`,
      'Compress it again without a dictionary.',
    );
  if (frame.windowSize > maxWindow)
    throw unsupported(
      file.path,
      `zstd needs ${Math.round(frame.windowSize / 2 ** 20)} MiB of history for it, and 128 MiB is the limit`,
      'Compress it again without --long and --ultra.',
    );
}

/** The frames are whole and in order: what zstd finds is wrong inside of one. */
function failure(file: StoredFile, said: string, at: number): ReturnType<typeof corrupt> {
  const reason = said
    .split('\n')
    .at(-1)
    ?.replace(/^(zstd: )?\/\*stdin\*\\ *: */, '');
  return corrupt(file.path, `zstd cannot decode it${reason ? `: ${reason}` : ''}`, at);
}
