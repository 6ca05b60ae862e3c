import { unsupported } from '../image-errors.js';
import type { Decoder } from './decoding.js';
import { decodedFrames, type Block, type Frame, type Framing } from './frames.js';
import type { Decompressor } from './program.js';

const program: Decompressor = { command: 'lz4', args: ['-dc'] };

/**
 * Decompresses an lz4 file of one or more frames (LZ4 Frame Format 1.6.4), or legacy frames, with lz4(1). It takes at
 * most two blocks of 8 MiB of memory. The frames are walked first, because older versions of lz4 ignore what follows a
 * frame. A legacy frame has no checksum and no end mark: as in a raw file, a cut between two blocks is not noticed, and up to three bytes behind it are a size that was cut.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT with the offset in the stored file; IMAGE_FORMAT for a frame
 * that needs a dictionary; TOOL_MISSING without lz4
 */
export const unlz4: Decoder = (file, decoding) =>
  decodedFrames(file, lz4Framing, program, decoding);

/**
 * The longest header has the magic (4 bytes), flags, block size, content size (8), dictionary id (4) and a checksum.
 */
const lz4Framing: Framing = {
  name: 'lz4',
  magics: [0x184d2204, 0x184c2102],
  longestHeader: 19,
  frame,
};

function frame(bytes: Buffer, path: string): Frame | 'short' | undefined {
  if (bytes.length < 4) return 'short';
  const magic = bytes.readUInt32LE(0);
  if (magic === 0x184c2102) return legacyFrame;
  if (magic !== 0x184d2204) return undefined;
  if (bytes.length < 7) return 'short';
  return currentFrame(bytes.readUInt8(4), path);
}

/** "Frame Descriptor": the flags tell which fields there are. The program compares the checksum over them. */
function currentFrame(flags: number, path: string): Frame | undefined {
  const has = (bit: number): boolean => (flags & (1 << bit)) !== 0;
  if (flags >> 6 !== 1) return undefined;
  if (has(0))
    throw unsupported(
      path,
      'an lz4 dictionary is needed for it',
      'Compress it again without a dictionary.',
    );
  const checksumOfBlock = has(4) ? 4 : 0;
  return {
    headerLength: 7 + (has(3) ? 8 : 0),
    blockHeaderLength: 4,
    block: (header) => block(header, checksumOfBlock),
    checked: has(2) || has(4),
    checksumLength: has(2) ? 4 : 0,
  };
}

/** "Data Blocks": the highest bit tells that a block is stored as it is; a size of 0 is the end mark. */
function block(header: Buffer, checksumLength: number): Block | undefined {
  const size = header.readUInt32LE(0) & 0x7fffffff;
  if (size === 0) return { storedLength: 4, last: true };
  return size > 4 * 1024 * 1024
    ? undefined
    : { storedLength: 4 + size + checksumLength, last: false };
}

/**
 * Bytes of the longest legacy block: what 8 MiB that cannot be compressed become (lz4 1.9.4, `lib/lz4.h`,
 * LZ4_COMPRESSBOUND).
 */
const longestLegacyBlock = 8 * 1024 * 1024 + Math.floor((8 * 1024 * 1024) / 255) + 16;

/**
 * "Legacy frame": its blocks end at the end of the file, or where the magic of another frame stands in place of a size.
 */
const legacyFrame: Frame = {
  headerLength: 4,
  blockHeaderLength: 4,
  block: (header) => {
    const size = header.readUInt32LE(0);
    if (size > longestLegacyBlock) return { storedLength: 0, last: true };
    return size === 0 ? undefined : { storedLength: 4 + size, last: false };
  },
  checked: false,
  checksumLength: 0,
  endless: true,
};
