import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { ChunkBuffers } from '../image/chunk-buffers.js';
import { checkedChunks, chunksAgain } from '../image/chunks.js';
import { chunkBytes, type ImageIndex } from '../image/image.js';
import { entropyOf } from './entropy.js';

const deflate = promisify(deflateRaw);

/** A chunk whose compression leaves more of it than this goes as it is. */
const hardlySmaller = 0.9;
/** Pieces of a chunk that tell whether it is worth compressing, for a thirtieth of the time; bytes of each. */
const sample = { pieces: 4, bytes: 8192 };
/** Bits a byte from which on bytes are spread so evenly that only repetitions could make them smaller: those of a compressed file. */
const even = 7.9;

/** Which chunks of an image go, and how. */
export interface Sending {
  /** Whether a chunk goes; asked for each once, in the order of the image, when it is about to go. */
  wants(index: number): boolean | Promise<boolean>;
  /** Whether the first chunk is made invalid at the start, and goes at the end whether or not it is wanted. */
  firstIsLast?: boolean;
  /** Whether the first chunk stays as it is until then, because a rescue is started by it. */
  startsRescue?: boolean;
  /** Is waited for before the first chunk goes at the end; where it fails, that chunk does not go. */
  beforeFirst?: () => Promise<void>;
  /** Whether the device hashes each chunk before it writes any of it; without that, no chunk goes that was not hashed here once more. */
  hashedThere?: boolean;
  /** Chunks of zeros that are named instead of sent. */
  zeros?: ReadonlySet<number>;
  /** Is told of each chunk before it goes. */
  onChunk?: (index: number) => void;
  /** The level at which the next chunk is compressed, as zlib counts it; a chunk without one goes as it is. */
  level?: () => number | undefined;
  /**
   * Is told how many bytes a chunk takes on the link, its line apart, and whether it was compressed, though it may go as it is
   * where that came to nothing.
   */
  onPacked?: (index: number, bytes: number, compressed: boolean) => void;
  signal?: AbortSignal | undefined;
}

/** A frame that is on its way: its line and what follows. One that is being compressed is there later. */
interface Coming {
  frame: Uint8Array[] | Promise<Uint8Array[]>;
  /** The chunk that it is made of. */
  chunk?: Uint8Array;
}

/**
 * Makes what the flasher's `feed` reads: a line `chunk INDEX LENGTH SHA256` and that many bytes, or `deflated INDEX LENGTH
 * SHA256 SIZE` and the SIZE bytes of a DEFLATE stream (RFC 1951) of them, or `zero INDEX LENGTH` for zeros that are not sent,
 * and at last the line `end`; an end of file before that is a cut, never an end. The image is read once more, and a chunk that
 * has changed since the image was checked is never written: it is not sent, or the device refuses it, because it is not what
 * its line announces. A chunk is compressed while the one before it goes. What was given is used before the next is asked for:
 * its buffer is filled anew then.
 * @throws LevitateError IMAGE_CHANGED, what reading the image throws, and what `wants` and `beforeFirst` throw
 */
export async function* frames(image: ImageIndex, sending: Sending): AsyncGenerator<Uint8Array> {
  const buffers = new ChunkBuffers();
  const give = async function* ({ frame, chunk }: Coming): AsyncGenerator<Uint8Array> {
    yield* await frame;
    if (chunk) buffers.giveBack(chunk);
  };
  let compressing: Coming | undefined;
  for await (const coming of inTurn(image, sending, buffers)) {
    if (compressing) yield* give(compressing);
    compressing = coming.frame instanceof Promise ? coming : undefined;
    if (!compressing) yield* give(coming);
  }
}

async function* inTurn(
  image: ImageIndex,
  sending: Sending,
  buffers: ChunkBuffers,
): AsyncGenerator<Coming> {
  const { wants, firstIsLast = false, startsRescue = false, zeros = new Set(), signal } = sending;
  const again = sending.hashedThere === true ? chunksAgain : checkedChunks;
  // Who takes the first frame of a feed may be a shell that decompresses nothing.
  let isFirst = true;
  const framed = (index: number, bytes: Buffer): Coming => {
    sending.onChunk?.(index);
    const level = isFirst ? undefined : sending.level?.();
    isFirst = false;
    return {
      chunk: bytes,
      frame:
        level === undefined
          ? plain(image, sending, index, bytes)
          : deflated(image, sending, index, bytes, level),
    };
  };
  const zero = (index: number): Coming => {
    isFirst = false;
    return { frame: [Buffer.from(`zero ${index} ${chunkBytes(image.length, index)}\n`)] };
  };
  if (firstIsLast && !startsRescue) yield zero(0);
  let held: Buffer | undefined;
  for await (const { index, bytes } of again(image, { signal, buffers })) {
    if (firstIsLast && index === 0) {
      held = bytes;
      continue;
    }
    const isWanted = await wants(index);
    if (isWanted && !zeros.has(index)) {
      yield framed(index, bytes);
      continue;
    }
    buffers.giveBack(bytes);
    if (!isWanted) continue;
    sending.onChunk?.(index);
    yield zero(index);
  }
  if (held) {
    // What is being compressed goes before anything is waited for.
    yield { frame: [] };
    await sending.beforeFirst?.();
    yield framed(0, held);
  }
  yield { frame: [Buffer.from('end\n')] };
}

/** The line has the digest that the image has for these bytes: what they are held against, here or there. */
function plain(
  { chunks }: ImageIndex,
  { onPacked }: Sending,
  index: number,
  bytes: Buffer,
  compressed = false,
): Uint8Array[] {
  onPacked?.(index, bytes.length, compressed);
  return [Buffer.from(`chunk ${index} ${bytes.length} ${chunks[index]}\n`), bytes];
}

/** A chunk that hardly becomes smaller goes as it is. */
function deflated(
  image: ImageIndex,
  sending: Sending,
  index: number,
  bytes: Buffer,
  level: number,
): Promise<Uint8Array[]> {
  const making = (async () => {
    if (!(await looksSmaller(bytes))) return plain(image, sending, index, bytes);
    const packed = await deflate(bytes, { level });
    if (packed.length > hardlySmaller * bytes.length)
      return plain(image, sending, index, bytes, true);
    sending.onPacked?.(index, packed.length, true);
    const line = `deflated ${index} ${bytes.length} ${image.chunks[index]} ${packed.length}\n`;
    return [Buffer.from(line), packed];
  })();
  // One that nobody comes to send fails for nobody.
  making.catch(() => undefined);
  return making;
}

async function looksSmaller(bytes: Buffer): Promise<boolean> {
  const step = Math.floor(bytes.length / sample.pieces);
  if (step < sample.bytes) return true;
  const pieces = Array.from({ length: sample.pieces }, (_, nth) =>
    bytes.subarray(nth * step, nth * step + sample.bytes),
  );
  const joined = Buffer.concat(pieces);
  // Counting takes a tenth of the time, and most of what is large is compressed already.
  if (entropyOf(joined) > even) return false;
  const packed = await deflate(joined, { level: 1 });
  return packed.length <= hardlySmaller * sample.pieces * sample.bytes;
}
