import { LevitateError } from '../errors.js';
import { compressionOf, promisedByName } from './compression.js';
import { unsupported } from './damage.js';
import { gunzip } from './gzip.js';
import type { Compression } from './image.js';
import { heldFile, openStored, type StoredFile, type StoredFileOptions } from './stored-file.js';
import { unxz } from './xz.js';
import { unzstd } from './zstd.js';

/** One way of decompressing for each compression, and nothing else knows them by name. */
const decoders: Record<Compression, (file: StoredFile) => AsyncGenerator<Uint8Array, void>> = {
  none: (file) => file.stream(0, file.size),
  gzip: gunzip,
  xz: unxz,
  zstd: unzstd,
};

/** An image that was opened: what it is on this machine, and its decompressed bytes, to be read once. */
export interface OpenedImage {
  compression: Compression;
  /** Bytes of the file as stored. */
  storedLength: number;
  /** Decompressed; the file is closed when the reading ends, by itself or early. */
  bytes: AsyncGenerator<Uint8Array, void>;
}

/**
 * The decompressed bytes of an image file, the compression told by content. At most a few MiB (and the
 * compression's own history) are in memory, and nothing is read ahead of the reader.
 * @throws LevitateError while reading: IMAGE_UNREADABLE, IMAGE_TRUNCATED, IMAGE_CORRUPT, IMAGE_CHANGED;
 * IMAGE_NAME_LIES
 * where the file's ending promises another compression; IMAGE_FORMAT for compressions not known here. The signal's reason when it is aborted.
 */
export async function* openImage(
  path: string,
  options: StoredFileOptions = {},
): AsyncGenerator<Uint8Array, void> {
  yield* (await openedImage(path, options)).bytes;
}

/** As `openImage`, and tells what the file is; its bytes must be read, or their generator ended. */
export async function openedImage(path: string, options: StoredFileOptions): Promise<OpenedImage> {
  const file = await openStored(path, options);
  try {
    const head = await file.read(0, 256);
    const compression = compressionOf(head);
    refuseLyingName(path, compression, head);
    if (!isSupported(compression))
      throw unsupported(
        path,
        `it is compressed with ${compression}, which is not supported yet`,
        'Decompress it, or compress it with gzip, xz or zstd.',
      );
    return {
      compression,
      storedLength: file.size,
      bytes: closing(file, decoders[compression](file)),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A name is not needed, but one that is wrong means that this is not the file that somebody meant. */
function refuseLyingName(path: string, compression: string, head: Buffer): void {
  const promised = promisedByName(path);
  if (promised === undefined || promised === compression) return;
  const found = compression === 'none' ? 'not compressed' : `compressed with ${compression}`;
  const page = compression === 'none' && /^\s*</.test(head.toString('latin1'));
  throw new LevitateError(
    'IMAGE_NAME_LIES',
    `the name of ${path} promises ${promised}, but its content is ${found}`,
    {
      hint: page
        ? 'It looks like an error page that was saved in place of the image: download it again.'
        : 'Find out what the file is; if it is the right one, give it a name that fits.',
      data: { path, promised, found: compression },
    },
  );
}

const isSupported = (compression: string): compression is Compression =>
  Object.hasOwn(decoders, compression);

/**
 * Decompresses a small file that is in memory already, the compression told by its content.
 * @param path for messages
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT, IMAGE_FORMAT
 */
export async function decompressed(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const compression = compressionOf(bytes);
  if (!isSupported(compression))
    throw unsupported(path, `it is compressed with ${compression}`, 'Decompress it.');
  const pieces: Uint8Array[] = [];
  for await (const piece of decoders[compression](heldFile(path, bytes))) pieces.push(piece);
  return Buffer.concat(pieces);
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
