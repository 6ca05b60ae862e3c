/** What a zstd frame header says (RFC 8878, §3.1.1.1). */
export interface ZstdFrame {
  /** Bytes of the header with its magic. */
  headerLength: number;
  /** Bytes of history that the decoder must keep. */
  windowSize: number;
  /** Bytes of the content, where the frame names it. */
  contentSize: number | undefined;
  hasChecksum: boolean;
  dictionary: number;
}

export interface ZstdBlock {
  /** Bytes of the block with its header of three bytes, as stored. */
  storedLength: number;
  last: boolean;
}

export const blockHeaderSize = 3;
/** Bytes: magic, descriptor, window, dictionary of four and size of eight. */
export const longestFrameHeader = 18;

/**
 * Reads a zstd frame header from the first bytes of a frame.
 * @returns 'short' where the header needs more bytes than there are, undefined where it is not a valid header.
 */
export function zstdFrame(bytes: Buffer): ZstdFrame | 'short' | undefined {
  if (bytes.length < 5) return 'short';
  if (bytes.readUInt32LE(0) !== 0xfd2fb528) return undefined;
  const descriptor = bytes.readUInt8(4);
  if ((descriptor & 8) !== 0) return undefined;
  const single = (descriptor & 0x20) !== 0;
  const dictionarySize = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeCode = descriptor >> 6;
  const sizeLength = sizeCode === 0 ? (single ? 1 : 0) : 2 ** sizeCode;
  const dictionaryAt = single ? 5 : 6;
  const sizeAt = dictionaryAt + dictionarySize;
  const headerLength = sizeAt + sizeLength;
  if (bytes.length < headerLength) return 'short';
  const contentSize =
    sizeLength === 0
      ? undefined
      : littleEndian(bytes, sizeAt, sizeLength) + (sizeCode === 1 ? 256 : 0);
  return {
    headerLength,
    windowSize: single ? (contentSize ?? 0) : windowSize(bytes.readUInt8(5)),
    contentSize,
    hasChecksum: (descriptor & 4) !== 0,
    dictionary: littleEndian(bytes, dictionaryAt, dictionarySize),
  };
}

/** Reads a block header of three bytes (§3.1.1.2); undefined for the reserved block type or a block over 128 KiB. */
export function zstdBlock(header: Buffer): ZstdBlock | undefined {
  const value = header.readUIntLE(0, blockHeaderSize);
  const type = (value >> 1) & 3;
  const size = value >> 3;
  if (type === 3 || size > 128 * 1024) return undefined;
  return { storedLength: blockHeaderSize + (type === 1 ? 1 : size), last: (value & 1) === 1 };
}

/** Bytes of a skippable frame (§3.1.2) with its header of eight bytes; undefined where `bytes` begins otherwise. */
export function skippableLength(bytes: Buffer): number | undefined {
  if (bytes.length < 8 || (bytes.readUInt32LE(0) & 0xfffffff0) >>> 0 !== 0x184d2a50)
    return undefined;
  return 8 + bytes.readUInt32LE(4);
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

const littleEndian = (bytes: Buffer, at: number, length: number): number =>
  bytes.subarray(at, at + length).reduceRight((value, byte) => value * 256 + byte, 0);
