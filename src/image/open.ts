import type { Budget } from '../shared/budget.js';
import { compressionOf } from './compression/compression.js';
import { unsupported } from './image-errors.js';
import { decoders, isSupported } from './compression/decoders.js';
import { decodingImage } from './compression/decoding.js';
import type { Trailer } from './fwtool.js';
import type { ByteRange, ImageCompression } from './image.js';
import { refuseExtensionMismatch } from './extension-mismatch.js';
import type { ImageRequest } from './request.js';
import { sniffLength } from './format/sniff.js';
import {
  heldFile,
  openStored,
  rangeOf,
  type StoredFile,
  type StoredFileOptions,
} from './stored-file.js';
import { contentWithoutTrailer, withoutTrailer } from './trailer.js';

/** An image that was opened: what it is on this machine, and its decompressed bytes, to be read once. */
export interface OpenedImage {
  compression: ImageCompression;
  /** The file as stored, to its very end. */
  stored: StoredFile;
  /** Its first bytes. */
  head: Buffer;
  /** Decompressed; the file is closed when the reading ends, by itself or early. */
  bytes: AsyncGenerator<Uint8Array, void>;
  /** What lies behind the image and is not among its bytes; known when all of them were read. */
  trailer(): Trailer | undefined;
  /** Whether a checksum of the compression covers all of the content; known when all of it was read. */
  checked(): boolean;
}

/**
 * Gives the decompressed bytes of an image file without the trailer that OpenWrt's build appends; the content tells the
 * compression. At most a few MiB (and the compression's own history) are in memory, and nothing is read ahead of the
 * reader.
 * @param image a string is the path of the file
 * @throws LevitateError while reading: IMAGE_UNREADABLE, IMAGE_TRUNCATED, IMAGE_CORRUPT, IMAGE_CHANGED;
 * IMAGE_EXTENSION_MISMATCH where the file's ending promises another compression; IMAGE_FORMAT for compressions not
 * known here. The signal's reason when it is aborted.
 */
export async function* openImage(
  image: string | ImageRequest,
  options: StoredFileOptions = {},
): AsyncGenerator<Uint8Array, void> {
  const request = typeof image === 'string' ? { path: image } : image;
  yield* (await openedImage(request, options)).bytes;
}

/** How an image is opened. */
export interface OpenOptions extends StoredFileOptions {
  /** Gives the file to read in place of the one that was opened, or refuses it, before anything is read from it. */
  vouch?: (file: StoredFile) => Promise<StoredFile>;
}

/** As `openImage`, and tells what the file is; its bytes must be read, or their generator ended. */
export async function openedImage(
  { path, raw = false, within }: ImageRequest,
  { vouch, ...options }: OpenOptions,
): Promise<OpenedImage> {
  const stored = await openVouched(path, options, vouch);
  const decoding = decodingImage(path);
  try {
    const head = await stored.read(0, sniffLength);
    // Bytes of an archive count in what is unpacked of that; it is no compressed one by its own head.
    const compression = raw && within === undefined ? 'none' : compressionOf(head);
    if (within !== undefined && compression === 'none') return rangeOpened(stored, head, within);
    if (!raw) refuseExtensionMismatch(path, compression, head);
    if (!isSupported(compression))
      throw unsupported(
        path,
        `it is compressed with ${compression}, which is not supported yet`,
        'Decompress it, or compress it with gzip, xz, zstd, bzip2, lz4, lzip or zip. Where a boot loader reads it as it is: TARGET=raw:FILE.',
      );
    const behind =
      raw && within === undefined
        ? { file: stored, trailer: undefined }
        : await withoutTrailer(stored);
    let { trailer } = behind;
    const content = decoders[compression](behind.file, decoding);
    const bytes =
      compression === 'none'
        ? content
        : contentWithoutTrailer(path, content, (inner) => (trailer ??= inner));
    return {
      compression,
      stored,
      head,
      bytes: closing(stored, within ? rangeOfStream(bytes, within) : bytes),
      trailer: () => trailer,
      checked: () => !decoding.unchecked,
    };
  } catch (error) {
    await stored.close();
    throw error;
  }
}

/** A file of an archive, whose bytes are as they are. */
function rangeOpened(stored: StoredFile, head: Buffer, within: ByteRange): OpenedImage {
  const file = rangeOf(stored, within);
  return {
    compression: 'none',
    stored,
    head,
    bytes: closing(stored, file.stream(0, file.size)),
    trailer: () => undefined,
    checked: () => false,
  };
}

/** Gives a range of a stream, and ends the reading of that behind it. */
async function* rangeOfStream(
  bytes: AsyncIterable<Uint8Array>,
  { offset, length }: ByteRange,
): AsyncGenerator<Uint8Array, void> {
  const end = offset + length;
  let at = 0;
  for await (const piece of bytes) {
    const part = piece.subarray(Math.max(0, offset - at), Math.max(0, end - at));
    at += piece.length;
    if (part.length > 0) yield part;
    if (at >= end) return;
  }
}

/**
 * Decompresses a small file that is in memory already; its content tells the compression.
 * @param path for messages
 * @param budget for what comes out of it
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT, IMAGE_FORMAT, and what the budget throws
 */
export async function decompressed(
  path: string,
  bytes: Uint8Array,
  budget: Budget,
): Promise<Uint8Array> {
  const compression = compressionOf(bytes);
  if (!isSupported(compression))
    throw unsupported(path, `it is compressed with ${compression}`, 'Decompress it.');
  const pieces: Uint8Array[] = [];
  const decoding = { budget, unchecked: false };
  for await (const piece of decoders[compression](heldFile(path, bytes), decoding))
    pieces.push(piece);
  return Buffer.concat(pieces);
}

async function openVouched(
  path: string,
  options: StoredFileOptions,
  vouch: OpenOptions['vouch'],
): Promise<StoredFile> {
  const file = await openStored(path, options);
  try {
    return vouch ? await vouch(file) : file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function* closing(
  file: StoredFile,
  bytes: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* bytes;
  } finally {
    await file.close();
  }
}
