import { corrupt, trailing, truncated } from '../image-errors.js';
import type { StoredFile } from '../stored-file.js';
import type { Decoding } from './decoding.js';
import { cannotDecode, throughProgram, type Decompressor } from './program.js';

/** What the header of a frame says: how its blocks are found, and what follows them. */
export interface Frame {
  /** Bytes of the header with its magic. */
  headerLength: number;
  /** Bytes at the beginning of each block that tell how long it is. */
  blockHeaderLength: number;
  /** Reads those bytes; undefined where they are wrong. */
  block: (header: Buffer) => Block | undefined;
  /** Bytes of the checksum behind the last block. */
  checksumLength: number;
  /** Whether a checksum covers the content. */
  checked: boolean;
  /** Whether the end of the file may end the frame as well. */
  endless?: boolean;
  /** How many further entries of the budget the frame takes, for the work that decoding it costs. */
  cost?: number;
}

/** A block of a compressed stream. */
export interface Block {
  /** Bytes of the block with its header, as stored; 0 where no block follows, and the next frame begins there. */
  storedLength: number;
  last: boolean;
}

/** A compression whose files consist of frames, one after the other. */
export interface Framing {
  name: string;
  /** What frames begin with, as numbers of 32 bits, little-endian. */
  magics: number[];
  /** Bytes of the longest frame header. */
  longestHeader: number;
  /**
   * Reads a frame header from the first bytes of a frame.
   * @returns 'short' where the header needs more bytes than there are, undefined where it is none
   * @throws LevitateError IMAGE_FORMAT for a frame that cannot be decoded here
   */
  frame: (bytes: Buffer, path: string) => Frame | 'short' | undefined;
}

/**
 * Decompresses a file of frames with a program, after every frame was found whole and in its place. A fault that the
 * program then finds lies inside a frame.
 * @throws LevitateError as `walkFrames`; IMAGE_CORRUPT where the program fails; TOOL_MISSING
 */
export async function* decodedFrames(
  file: StoredFile,
  framing: Framing,
  program: Decompressor,
  decoding: Decoding,
): AsyncGenerator<Uint8Array, void> {
  await walkFrames(file, framing, decoding);
  const decoded = throughProgram(program, file, (told) => cannotDecode(file, program, told));
  for await (const bytes of decoded) {
    decoding.budget.bytes(bytes.length);
    yield bytes;
  }
}

/**
 * Goes through a whole file from frame to frame and from block to block, without decoding it: each must end where the
 * next one begins, and the last one at the end of the file. This finds a file that was cut, or that has something else
 * between or behind its frames, even where the program that decodes it ignores that. It also finds out whether a
 * checksum covers the content.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT with the offset; what `framing.frame` and the budget throw
 */
async function walkFrames(file: StoredFile, framing: Framing, decoding: Decoding): Promise<void> {
  const near = readAhead(file);
  for (let at = 0; at < file.size;) {
    at = await passFrame(near, framing, at, decoding);
    if (at > file.size) throw endsEarly(file, framing);
  }
}

/** Checks the frame that begins at `start`. @returns the byte at which it ends */
async function passFrame(
  file: StoredFile,
  framing: Framing,
  start: number,
  decoding: Decoding,
): Promise<number> {
  const { budget } = decoding;
  const head = await file.read(start, framing.longestHeader);
  budget.entries();
  const skip = skippableLength(head);
  if (skip !== undefined) {
    if (start + skip <= file.size) budget.bytes(skip);
    return start + skip;
  }
  if (start > 0 && !beginsFrame(head, framing)) throw trailing(file.path, framing.name, start);
  const frame = framing.frame(head, file.path);
  if (frame === 'short')
    throw truncated(file.path, `the last ${framing.name} frame header ends early`, file.size);
  if (frame === undefined)
    throw corrupt(file.path, `a ${framing.name} frame header is wrong`, start);
  budget.entries(frame.cost ?? 0);
  const blocks = await passBlocks(file, framing, frame, start + frame.headerLength, decoding);
  if (!frame.checked && blocks.holdSomething) decoding.unchecked = true;
  return blocks.end + frame.checksumLength;
}

/** Checks the blocks of a frame, the first of which begins at `start`. */
async function passBlocks(
  file: StoredFile,
  framing: Framing,
  frame: Frame,
  start: number,
  { budget }: Decoding,
): Promise<{ end: number; holdSomething: boolean }> {
  let end = start;
  let holdSomething = false;
  for (let last = false; !last;) {
    // Such a frame must have a first block, too: without it the frame was cut, or never held anything.
    if (frame.endless === true && end === file.size && holdSomething) break;
    const header = await file.read(end, frame.blockHeaderLength);
    if (header.length < frame.blockHeaderLength) throw endsEarly(file, framing);
    const block = frame.block(header);
    if (block === undefined)
      throw corrupt(file.path, `a ${framing.name} block header is wrong`, end);
    // An empty block costs work and gives no content.
    if (block.storedLength === frame.blockHeaderLength) budget.entries();
    holdSomething ||= block.storedLength > frame.blockHeaderLength;
    end += block.storedLength;
    last = block.last;
  }
  return { end, holdSomething };
}

/** Whether bytes begin as a frame does, also where the file ends within the magic. */
function beginsFrame(head: Buffer, { magics }: Framing): boolean {
  const given = head.subarray(0, 4);
  return [...magics, ...skippableMagics].some((magic) => {
    const whole = Buffer.alloc(4);
    whole.writeUInt32LE(magic);
    return whole.subarray(0, given.length).equals(given);
  });
}

const skippableMagics = Array.from({ length: 16 }, (_, index) => 0x184d2a50 + index);

/** Bytes of a skippable frame with its header of eight bytes (RFC 8878, §3.1.2, and the LZ4 Frame Format alike). */
function skippableLength(bytes: Buffer): number | undefined {
  if (bytes.length < 8 || !skippableMagics.includes(bytes.readUInt32LE(0))) return undefined;
  return 8 + bytes.readUInt32LE(4);
}

/** Gives the same file with buffered reads, for a reader that takes a few bytes at a time at growing offsets. */
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

const endsEarly = (file: StoredFile, { name }: Framing): Error =>
  truncated(file.path, `the ${name} data ends early`, file.size);
