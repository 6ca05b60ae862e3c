import { unsupported } from '../image-errors.js';
import type { Decoder } from './decoding.js';
import { decodedFrames, type Block, type Frame, type Framing } from './frames.js';
import type { Decompressor } from './program.js';

const program: Decompressor = { command: 'zstd', args: ['-dcq', '--memory=128MB'] };

/**
 * The largest window in bytes, which bounds the memory that a file can make zstd take: what zstd itself allows without
 * --long.
 */
const maxWindow = 128 * 1024 * 1024;
/**
 * Bytes of window for each further entry of the budget: one frame with the largest window takes 32 of the entries that
 * a file without content may have.
 */
const windowPerEntry = 4 * 1024 * 1024;

/**
 * Decompresses a zstd file of one or more frames (RFC 8878) with zstd(1). The headers of frames and blocks are read
 * first: they say how much memory zstd would need, and whether a checksum covers the content.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT with the offset in the stored file; IMAGE_FORMAT for a frame
 * that needs a dictionary or more than 128 MiB of history; TOOL_MISSING without zstd
 */
export const unzstd: Decoder = (file, decoding) =>
  decodedFrames(file, zstdFraming, program, decoding);

/** The longest header has the magic (4 bytes), descriptor, window, dictionary id (4) and content size (8). */
const zstdFraming: Framing = { name: 'zstd', magics: [0xfd2fb528], longestHeader: 18, frame };

/** Reads a frame header (RFC 8878, §3.1.1.1). */
function frame(bytes: Buffer, path: string): Frame | 'short' | undefined {
  if (bytes.length < 5) return 'short';
  const descriptor = bytes.readUInt8(4);
  if (bytes.readUInt32LE(0) !== 0xfd2fb528 || (descriptor & 8) !== 0) return undefined;
  const single = (descriptor & 0x20) !== 0;
  const dictionaryLength = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeCode = descriptor >> 6;
  const sizeLength = sizeCode === 0 ? (single ? 1 : 0) : 2 ** sizeCode;
  const dictionaryAt = single ? 5 : 6;
  const sizeAt = dictionaryAt + dictionaryLength;
  const headerLength = sizeAt + sizeLength;
  if (bytes.length < headerLength) return 'short';
  const size = littleEndian(bytes, sizeAt, sizeLength) + (sizeCode === 1 ? 256 : 0);
  const window = single ? size : windowSize(bytes.readUInt8(5));
  refuseUnusable(path, littleEndian(bytes, dictionaryAt, dictionaryLength), window);
  const checked = (descriptor & 4) !== 0;
  return {
    headerLength,
    blockHeaderLength,
    block,
    checked,
    checksumLength: checked ? 4 : 0,
    // zstd allocates the window at once, even where the frame then holds little.
    cost: Math.floor(window / windowPerEntry),
  };
}

const blockHeaderLength = 3;

/** Reads a block header (RFC 8878, §3.1.1.2); undefined for the reserved type, and for a block of more than 128 KiB. */
function block(header: Buffer): Block | undefined {
  const value = header.readUIntLE(0, blockHeaderLength);
  const type = (value >> 1) & 3;
  const size = value >> 3;
  if (type === 3 || size > 128 * 1024) return undefined;
  return { storedLength: blockHeaderLength + (type === 1 ? 1 : size), last: (value & 1) === 1 };
}

function refuseUnusable(path: string, dictionary: number, window: number): void {
  if (dictionary !== 0)
    throw unsupported(
      path,
      `zstd dictionary ${dictionary} is needed for it`,
      'Compress it again without a dictionary.',
    );
  if (window > maxWindow)
    throw unsupported(
      path,
      `zstd needs ${Math.round(window / 2 ** 20)} MiB of history for it, and 128 MiB is the limit`,
      'Compress it again without --long and --ultra.',
    );
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

const littleEndian = (bytes: Buffer, at: number, length: number): number =>
  bytes.subarray(at, at + length).reduceRight((value, byte) => value * 256 + byte, 0);
