import { ReadableStream } from 'node:stream/web';
import xzDecompress from 'xz-decompress';
import { reasonOf } from '../errors.js';
import { corrupt, unsupported } from './damage.js';
import type { Decoding } from './decoding.js';
import type { StoredFile } from './stored-file.js';
import { xzStreams, type XzStream } from './xz-layout.js';

/**
 * Decompresses an .xz file of one or more streams. The decoder verifies CRC32 and CRC64; because it stops in silence
 * after the first stream, each is given to it alone, and its length is compared with the index.
 * The decoder works on one file at a time in a process: a second waits until the first was read to its end or dropped.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_FORMAT for filters, checks and dictionaries
 * that the decoder does not know.
 */
export async function* unxz(
  file: StoredFile,
  decoding: Decoding,
): AsyncGenerator<Uint8Array, void> {
  for (const stream of await xzStreams(file, decoding)) {
    if (!stream.checked && stream.length > 0) decoding.unchecked = true;
    yield* decode(file, stream);
  }
}

async function* decode(file: StoredFile, stream: XzStream): AsyncGenerator<Uint8Array, void> {
  let failed: unknown;
  let position = stream.start;
  const source = file.stream(stream.start, stream.end);
  const stored = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await source.next();
          if (done === true) controller.close();
          else {
            position += value.length;
            controller.enqueue(value);
          }
        } catch (error) {
          failed = error;
          throw error;
        }
      },
    },
    { highWaterMark: 0 },
  );
  const content = new xzDecompress.XzReadableStream(
    stored as globalThis.ReadableStream<Uint8Array>,
  );
  let length = 0;
  try {
    for await (const bytes of content as ReadableStream<Uint8Array>) {
      length += bytes.length;
      if (length > stream.length) break;
      if (bytes.length > 0) yield bytes;
    }
  } catch (error) {
    throw failed ?? decodeFailure(file, error, position);
  }
  if (length !== stream.length)
    throw corrupt(
      file.path,
      `xz gave ${length} bytes and its index says ${stream.length}`,
      stream.end,
    );
}

/** The decoder names its errors by xz-embedded's numbers (`enum xz_ret` in `linux/include/linux/xz.h`). */
function decodeFailure(file: StoredFile, error: unknown, position: number): Error {
  const number = /error code (\d+)/.exec(reasonOf(error))?.[1];
  if (number === '3' || number === '4')
    return unsupported(
      file.path,
      'its xz dictionary is larger than 64 MiB',
      'Compress it again with `xz -9` or less.',
      error,
    );
  if (number === '6')
    return unsupported(
      file.path,
      'it uses an xz filter (such as --x86 or --arm) that is not known here',
      'Compress it again with plain `xz`.',
      error,
    );
  return corrupt(file.path, 'xz cannot decode it', position, error);
}
