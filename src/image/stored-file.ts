import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ChunkBuffers } from './chunk-buffers.js';
import { chunkSize } from './image.js';
import { LevitateError, reasonOf } from '../errors.js';
import { noPath, notRegular } from '../shared/input-file.js';
import type { ByteRange } from './image.js';

/** Bytes that one read asks for: a file that is no compressed one is read in chunks of an image. */
const readSize = chunkSize;

/** An image file as it lies on this machine, opened once; decoders read it at offsets that they choose. */
export interface StoredFile {
  readonly path: string;
  /** Bytes of the file when it was opened. */
  readonly size: number;
  /** Bytes `offset` up to, not including, `offset + length`; fewer only at the end of the file. */
  read(offset: number, length: number): Promise<Buffer>;
  /** The bytes from `start` to `end` in pieces; every piece is a buffer of its own, or one of the `buffers`. */
  stream(start: number, end: number): AsyncGenerator<Buffer, void>;
  close(): Promise<void>;
}

/** How a file is read. */
export interface StoredFileOptions {
  signal?: AbortSignal | undefined;
  /** Told how far into the file the reading has come, in bytes. */
  onRead?: ((position: number) => void) | undefined;
  /** What pieces are read into; who has used one gives it back there. */
  buffers?: ChunkBuffers | undefined;
}

/**
 * Opens an image file for reading at any offset.
 * @throws LevitateError IMAGE_UNREADABLE where it is missing, not a regular file, not readable, or empty;
 * IMAGE_CHANGED from the reads where the file has become shorter meanwhile.
 */
export async function openStored(
  path: string,
  { signal, onRead, buffers }: StoredFileOptions = {},
): Promise<StoredFile> {
  signal?.throwIfAborted();
  const handle = await openRegular(path);
  const { size } = await handle.stat();

  async function read(
    offset: number,
    length: number,
    into?: (bytes: number) => Buffer,
  ): Promise<Buffer> {
    signal?.throwIfAborted();
    const wanted = Math.max(0, Math.min(length, size - offset));
    const bytes = into?.(wanted) ?? Buffer.allocUnsafe(wanted);
    let have = 0;
    while (have < wanted) {
      const { bytesRead } = await handle
        .read(bytes, have, wanted - have, offset + have)
        .catch((cause: unknown) => {
          throw unreadable(path, reasonOf(cause), cause);
        });
      if (bytesRead === 0) throw shrunk(path, size, offset + have);
      have += bytesRead;
    }
    return bytes;
  }

  const piece = buffers && ((bytes: number) => buffers.take().subarray(0, bytes));
  async function* stream(start: number, end: number): AsyncGenerator<Buffer, void> {
    for (let at = start; at < end; at += readSize) {
      const bytes = await read(at, Math.min(readSize, end - at), piece);
      onRead?.(at + bytes.length);
      yield bytes;
    }
  }

  return { path, size, read, stream, close: () => handle.close() };
}

/** The first `size` bytes of a file, as if it ended there. */
export const part = (file: StoredFile, size: number): StoredFile => ({
  path: file.path,
  size,
  read: (offset, length) => file.read(offset, Math.min(length, size - offset)),
  stream: (start, end) => file.stream(start, Math.min(end, size)),
  close: () => file.close(),
});

/** A range of a file, as if there was nothing else in it. */
export const rangeOf = (file: StoredFile, { offset, length }: ByteRange): StoredFile => ({
  path: file.path,
  size: length,
  read: (at, count) => file.read(offset + at, Math.min(count, length - at)),
  stream: (start, end) => file.stream(offset + start, offset + Math.min(end, length)),
  close: () => file.close(),
});

/** Bytes that are in memory, to be read like a file. */
export const heldFile = (path: string, content: Uint8Array): StoredFile => {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return {
    path,
    size: bytes.length,
    read: (offset, length) => Promise.resolve(Buffer.from(bytes.subarray(offset, offset + length))),
    stream: async function* (start, end) {
      yield Buffer.from(bytes.subarray(start, end));
    },
    close: () => Promise.resolve(),
  };
};

async function openRegular(path: string): Promise<FileHandle> {
  // O_NONBLOCK: opening a named pipe must not wait for someone to write into it.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
    (cause: NodeJS.ErrnoException) => {
      throw unreadable(
        path,
        noPath(path)?.found.replace(/^/, 'it is ') ??
          (cause.code === 'ENOENT' ? 'there is no such file' : cause.message),
        cause,
      );
    },
  );
  const stat = await handle.stat();
  const other = notRegular(stat);
  const fault =
    other !== undefined
      ? `it is ${other}, not a regular file`
      : stat.size === 0
        ? 'the file is empty'
        : undefined;
  if (fault === undefined) return handle;
  await handle.close();
  throw unreadable(path, fault);
}

const unreadable = (path: string, fault: string, cause?: unknown): LevitateError =>
  new LevitateError('IMAGE_UNREADABLE', `cannot read the image ${path}: ${fault}`, {
    cause,
    hint: noPath(path)?.hint ?? 'Name the file with the image, which you may read: ls -l shows it.',
  });

const shrunk = (path: string, size: number, at: number): LevitateError =>
  new LevitateError(
    'IMAGE_CHANGED',
    `the image ${path} had ${size} bytes when it was opened and now ends at byte ${at}`,
    { hint: 'Wait until whatever writes the image has finished.' },
  );
