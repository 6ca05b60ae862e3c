import { Decompress } from 'fzstd';
import { reasonOf } from '../errors.js';
import { corrupt, truncated, unsupported } from './damage.js';
import type { Decoding } from './decoding.js';
import type { StoredFile } from './stored-file.js';
import { Xxh64 } from './xxh64.js';
import {
  blockHeaderSize,
  skippableLength,
  zstdBlock,
  zstdFrame,
  type ZstdFrame,
} from './zstd-frame.js';

/** What zstd itself allows without --long; it also bounds this process's memory. */
const maxWindow = 128 * 1024 * 1024;
/** One frame of the largest window takes 32 of the pieces that a file without content may have. */
const windowPerEntry = 4 * 1024 * 1024;

/**
 * Decompresses a zstd file of one or more frames (RFC 8878), skippable ones passed over. The decoder ignores
 * checksums and what follows the end, so frames and blocks are walked here, and it gets whole blocks only.
 * A frame without checksum (`zstd --no-check`) is verified by its length alone.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT with the offset in the stored file; IMAGE_FORMAT for a frame
 * that needs a dictionary or more than 128 MiB of history.
 */
export async function* unzstd(
  file: StoredFile,
  decoding: Decoding,
): AsyncGenerator<Uint8Array, void> {
  const input = new Forward(file);
  while (input.at < file.size) {
    const start = input.at;
    const head = await input.peek(18);
    decoding.budget.entries();
    const skip = skippableLength(head);
    if (skip !== undefined) {
      await input.skip(skip);
      continue;
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
    // The decoder takes the history at once, whatever then comes of the frame.
    decoding.budget.entries(Math.floor(frame.windowSize / windowPerEntry));
    if (yield* decode(file, input, frame, decoding)) decoding.unchecked ||= !frame.hasChecksum;
  }
}

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

/** Gives whether there was any content. */
async function* decode(
  file: StoredFile,
  input: Forward,
  frame: ZstdFrame,
  { budget }: Decoding,
): AsyncGenerator<Uint8Array, boolean> {
  const ready: Uint8Array[] = [];
  const decoder = new Decompress((bytes) => ready.push(bytes));
  const sum = new Xxh64();
  let length = 0;
  let header: Buffer | undefined = await input.take(frame.headerLength);
  // The decoder would wait for the checksum, which is read below, and then ignore it.
  header[4] = header.readUInt8(4) & ~4;
  for (let last = false; !last;) {
    const at = input.at;
    const block = zstdBlock(await input.exactly(blockHeaderSize));
    if (block === undefined) throw corrupt(file.path, 'a zstd block header is wrong', at);
    const stored = await input.take(block.storedLength);
    try {
      decoder.push(header === undefined ? stored : Buffer.concat([header, stored]), block.last);
    } catch (error) {
      throw corrupt(file.path, `zstd cannot decode a block: ${reasonOf(error)}`, at, error);
    }
    header = undefined;
    last = block.last;
    if (ready.every(({ length }) => length === 0)) budget.entries();
    for (const bytes of ready.splice(0)) {
      sum.update(bytes);
      length += bytes.length;
      budget.bytes(bytes.length);
      if (length > (frame.contentSize ?? Infinity)) throw otherLength(file, frame, length, at);
      if (bytes.length > 0) yield bytes;
    }
  }
  if (length !== (frame.contentSize ?? length)) throw otherLength(file, frame, length, input.at);
  if (!frame.hasChecksum) return length > 0;
  const at = input.at;
  if ((await input.take(4)).readUInt32LE(0) !== sum.digest())
    throw corrupt(file.path, 'the zstd checksum is wrong', at);
  return length > 0;
}

const otherLength = (file: StoredFile, frame: ZstdFrame, length: number, at: number): Error =>
  corrupt(file.path, `zstd gave ${length} bytes where ${frame.contentSize} were announced`, at);

/** Reads a file forwards, a few bytes or a block at a time, from larger pieces. */
class Forward {
  at = 0;
  #ahead: Buffer = Buffer.alloc(0);
  readonly #pieces: AsyncGenerator<Buffer, void>;

  constructor(readonly file: StoredFile) {
    this.#pieces = file.stream(0, file.size);
  }

  /** Up to `length` bytes without passing them; fewer only at the end. */
  async peek(length: number): Promise<Buffer> {
    while (this.#ahead.length < length) {
      const { done, value } = await this.#pieces.next();
      if (done === true) break;
      this.#ahead = Buffer.concat([this.#ahead, value]);
    }
    return this.#ahead.subarray(0, length);
  }

  async exactly(length: number): Promise<Buffer> {
    const bytes = await this.peek(length);
    if (bytes.length < length)
      throw truncated(this.file.path, 'the zstd data ends early', this.file.size);
    return bytes;
  }

  /** Exactly `length` bytes, copied, and passes them. */
  async take(length: number): Promise<Buffer> {
    const bytes = Buffer.from(await this.exactly(length));
    this.#ahead = this.#ahead.subarray(length);
    this.at += length;
    return bytes;
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0;) left -= (await this.take(Math.min(left, 64 * 1024))).length;
  }
}
