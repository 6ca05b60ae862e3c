import type { ReplyOf } from '../protocol/replies.js';
import type { Hash } from './job-state.js';
import type { Behind } from './steps.js';

/** Which of several pieces or eraseblocks a line of the flasher tells of, counted from 0. */
export interface Numbered {
  index: number;
}

/** A frame that is on the medium. */
export interface WrittenFrame extends Numbered {
  /** Whether the device has read it back, past every cache, and found what had come. */
  isReadBack: boolean;
}

/** What this machine makes of a rescue. */
export interface RescueBytes {
  /** The first sectors of a disk that starts it. */
  head: Uint8Array;
  /** The last ones; none where they do not count. */
  tail: Uint8Array;
  /** What stands in front of its kernel; none where it is on the disk already. */
  front: Uint8Array;
}

/**
 * The flasher of a device, for one target: the calls that the kinds of targets need. The shell file of the kind answers
 * them. Every function throws LevitateError: CONNECTION_LOST when the link is cut, FLASHER_FAILED when the flasher breaks
 * down or gives an unexpected answer, WRITE_FAILED when the medium does not take a write, and what its own docstring names.
 */
export interface TargetFlasher {
  /** Tells what the target is on this device, now. */
  describe(): Promise<Omit<ReplyOf<'target'>, 'type'>>;
  /**
   * Begins a write, or finds the one that a cut left waiting.
   * @param length bytes of the image
   * @returns the chunk that the device wants next, whether a write goes on, and whether chunks may come compressed
   * @throws LevitateError LEASE_LOST, TARGET_IN_USE, TARGET_MISSING, TARGET_READ_ONLY, TARGET_UNSUPPORTED, IMAGE_TOO_LARGE
   */
  open(
    lease: number,
    length: number,
    sha256: string,
  ): Promise<{ next: number; resumed: boolean; deflated: boolean }>;
  /**
   * Sends frames (`frames` makes them) to the write that is open.
   * @param onWritten is told of each frame that is on the medium, or with the program that writes it
   * @throws LevitateError LEASE_LOST, and what reading the frames throws
   */
  feed(
    lease: number,
    frames: AsyncIterable<Uint8Array>,
    onWritten: (frame: WrittenFrame) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Waits until everything that was fed is on the medium.
   * @throws LevitateError LEASE_LOST
   */
  finish(lease: number): Promise<void>;
  /**
   * Reads the medium past every cache, piece by piece.
   * @param length bytes of the image, or fewer
   * @param from the piece to begin with, and its place, as the piece before it told
   * @throws LevitateError VERIFY_FAILED where it cannot be read
   */
  hash(
    length: number,
    from: { index: number; place?: number },
    onPiece: (piece: Hash & Numbered) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Reads one chunk past every cache, also while a write goes on; gives its SHA-256 in hex. Chunks are read in the order in
   * which they are asked for, by one call of the flasher that lasts until `close`.
   * @param length bytes of the image
   * @throws LevitateError VERIFY_FAILED where it cannot be read
   */
  readChunk(length: number, index: number): Promise<string>;
  /** Ends what reads chunks; what was asked for and not read yet is rejected. */
  close(): Promise<void>;
  /**
   * Reads back all that is in the file system on the target, mounted anew and past every cache.
   * @throws LevitateError VERIFY_FAILED where it cannot be read
   */
  listTree(
    onFile: (file: Omit<ReplyOf<'file'>, 'type'>) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Looks for what an image of this many bytes leaves alive behind its end. */
  remains(length: number): Promise<Behind>;
  /**
   * Clears what `remains` found at an offset behind an image of this many bytes.
   * @throws LevitateError LEASE_LOST, TARGET_IN_USE
   */
  clear(lease: number, length: number, offset: number): Promise<void>;
  /**
   * Reads the erase counter headers of the MTD under the target, 64 bytes of each eraseblock as hex.
   * @param from the eraseblock to begin with
   */
  counters(from: number, onHeader: (header: Numbered & { header: string }) => void): Promise<void>;
  /** The same flasher for a new place beside the target, which is written while the target keeps its content. */
  beside(): TargetFlasher;
  /**
   * Puts what was written beside targets in their places, all at once; they count as verified then. Called again it carries on.
   * @param targets the name of the kind, and its arguments for one target after the other
   * @throws LevitateError LEASE_LOST, TARGET_IN_USE
   */
  swap(lease: number, targets: readonly string[]): Promise<void>;
  /**
   * Writes a rescue behind the image, reads it back, and makes the disk start it. Called again it carries on.
   * @param place its bytes of the disk
   * @param rescue its bytes; one that the disk starts already needs none
   * @throws LevitateError LEASE_LOST, TARGET_IN_USE
   */
  writeRescue(
    lease: number,
    place: { offset: number; length: number },
    rescue?: RescueBytes,
  ): Promise<void>;
  /**
   * Overwrites the rescue of a disk that starts its new system. Called again it carries on.
   * @throws LevitateError LEASE_LOST, TARGET_IN_USE
   */
  endRescue(lease: number): Promise<void>;
  /**
   * Notes on the device that what was read back is the image of this SHA-256.
   * @throws LevitateError LEASE_LOST
   */
  verified(lease: number, sha256: string): Promise<void>;
}
