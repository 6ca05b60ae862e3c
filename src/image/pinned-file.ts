import { createHash } from 'node:crypto';
import { LevitateError } from '../errors.js';
import type { StoredFile, StoredFileOptions } from './stored-file.js';

/** Bytes that are read, hashed and compared at a time. */
const blockSize = 1024 * 1024;

/**
 * Reads a file from end to end, and gives the same file such that every later read must bring the bytes of this one: what was
 * verified is what is used, whoever writes to the file meanwhile.
 * @param sink takes the bytes as they pass, and must not change them
 * @returns the file, whose reads throw LevitateError IMAGE_CHANGED
 */
export async function pin(
  file: StoredFile,
  sink: (bytes: Buffer) => Promise<void>,
  { onRead }: Pick<StoredFileOptions, 'onRead'> = {},
): Promise<StoredFile> {
  const digests: Buffer[] = [];
  for (let at = 0; at < file.size; at += blockSize) {
    const bytes = await file.read(at, blockSize);
    digests.push(digestOf(bytes));
    await sink(bytes);
  }
  let kept: { index: number; bytes: Buffer } | undefined;

  async function block(index: number): Promise<Buffer> {
    if (kept?.index === index) return kept.bytes;
    const bytes = await file.read(index * blockSize, blockSize);
    if (digests[index]?.equals(digestOf(bytes)) !== true) throw changed(file.path, index);
    kept = { index, bytes };
    return bytes;
  }

  async function* pieces(start: number, end: number): AsyncGenerator<Buffer, void> {
    const last = Math.min(end, file.size);
    for (let at = start; at < last;) {
      const index = Math.floor(at / blockSize);
      const from = at - index * blockSize;
      const part = (await block(index)).subarray(from, from + last - at);
      at += part.length;
      yield Buffer.from(part);
    }
  }

  return {
    path: file.path,
    size: file.size,
    read: async (offset, length) => {
      const found: Buffer[] = [];
      for await (const bytes of pieces(offset, offset + length)) found.push(bytes);
      return Buffer.concat(found);
    },
    stream: async function* (start, end) {
      let at = start;
      for await (const bytes of pieces(start, end)) {
        at += bytes.length;
        onRead?.(at);
        yield bytes;
      }
    },
    close: () => file.close(),
  };
}

const digestOf = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

const changed = (path: string, index: number): LevitateError =>
  new LevitateError(
    'IMAGE_CHANGED',
    `the file ${path} has changed since it was verified (in MiB ${index})`,
    { hint: 'Wait until whatever writes the image has finished.', data: { path } },
  );
