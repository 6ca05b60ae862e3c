import { LevitateError } from '../errors.js';
import { ChunkBuffers } from './chunk-buffers.js';
import { chunkBytes, chunkSize, type ImageIndex } from './image.js';
import { maskChunk } from './mask.js';
import { openImage } from './open.js';
import type { ImageRequest } from './request.js';
import { sha256 } from '../shared/sha256.js';
import { TreeReader } from './tree/tree-reader.js';

/** A piece of an image: `chunkSize` bytes; only the last one may be shorter. The receiver may keep and change the buffer. */
export interface Chunk {
  index: number;
  bytes: Buffer;
}

/**
 * Reads an image from the beginning in chunks of `chunkSize` decompressed bytes.
 * @throws what `openImage` throws.
 */
export async function* imageChunks(
  image: string | ImageRequest,
  { signal }: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Chunk, void> {
  yield* inChunks(openImage(image, { signal }));
}

/** How an image is read a second time. */
export interface AgainOptions {
  signal?: AbortSignal | undefined;
  /** What chunks are read into; who has used a chunk gives it back there. */
  buffers?: ChunkBuffers | undefined;
}

/**
 * Reads an image a second time, and hands out only chunks that equal those of the first time, with zeros in place of what is spared;
 * of a tree, those of the archive that goes to the device.
 * @throws LevitateError IMAGE_CHANGED where a chunk or the length differs; what `openImage` throws.
 */
export async function* checkedChunks(
  image: ImageIndex,
  options: AgainOptions = {},
): AsyncGenerator<Chunk, void> {
  for await (const chunk of chunksAgain(image, options)) {
    if (sha256(chunk.bytes) !== image.chunks[chunk.index]) throw changed(image, chunk.index);
    yield chunk;
  }
}

/**
 * The same for who finds out by another way whether a chunk has changed since.
 * @throws LevitateError IMAGE_CHANGED where the length differs; what `openImage` throws.
 */
export async function* chunksAgain(
  image: ImageIndex,
  { signal, buffers }: AgainOptions = {},
): AsyncGenerator<Chunk, void> {
  let count = 0;
  // What unpacks an image may keep pieces of the file for longer than the chunks that come of them.
  const isPlain = image.compression === 'none' || image.unpacked !== undefined;
  const isAsStored = isPlain && image.tree === undefined;
  const bytes = openImage(requestOf(image), { signal, ...(isAsStored ? { buffers } : {}) });
  const sent = image.tree ? new TreeReader(image.path).archive(bytes) : bytes;
  for await (const chunk of inChunks(sent, buffers)) {
    const { index } = chunk;
    if (index === image.chunks.length || chunk.bytes.length !== chunkBytes(image.length, index))
      throw changed(image, index);
    maskChunk(chunk, image.spared ?? []);
    count += 1;
    yield chunk;
  }
  if (count !== image.chunks.length) throw changed(image, count);
}

/**
 * Reads an image a second time up to a chunk, for whoever learned that something was not what the image promised.
 * @throws LevitateError IMAGE_CHANGED where the image is what has changed; what `openImage` throws.
 */
export async function refuseChanged(
  image: ImageIndex,
  last: number,
  signal?: AbortSignal,
): Promise<void> {
  for await (const { index } of checkedChunks(image, { signal, buffers: new ChunkBuffers() }))
    if (index >= last) return;
}

/** The request that reads the bytes of an image again. */
export const requestOf = ({ path, unpacked, raw, within }: ImageIndex): ImageRequest => ({
  ...(unpacked === undefined ? { path, raw } : { path: unpacked, raw: true }),
  ...(within === undefined ? {} : { within }),
});

/** Cuts a stream of bytes into chunks of `chunkSize`. */
export async function* inChunks(
  source: AsyncIterable<Uint8Array>,
  buffers = new ChunkBuffers(),
): AsyncGenerator<Chunk, void> {
  let index = 0;
  let bytes = buffers.take();
  let filled = 0;
  for await (const piece of source) {
    if (filled === 0 && piece.length === chunkSize) {
      // To copy it would take another buffer for each chunk, and the time of collecting it.
      yield { index, bytes: asBuffer(piece) };
      index += 1;
      continue;
    }
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + chunkSize - filled);
      bytes.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < chunkSize) continue;
      yield { index, bytes };
      index += 1;
      bytes = buffers.take();
      filled = 0;
    }
  }
  if (filled > 0) yield { index, bytes: bytes.subarray(0, filled) };
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The error for an image that is not what it was when it was read first. */
export const changed = (image: ImageIndex, index: number): LevitateError =>
  new LevitateError(
    'IMAGE_CHANGED',
    `the image ${image.path} has changed since it was checked (in MiB ${index})`,
    {
      hint: 'Wait until whatever writes the image has finished.',
      data: { path: image.path, chunk: index },
    },
  );
