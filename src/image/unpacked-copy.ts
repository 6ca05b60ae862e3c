import type { FileHandle } from 'node:fs/promises';

/** Bytes that are a hole of the file where all of them are zeros: a multiple of the blocks of usual file systems. */
const block = 64 * 1024;
const zeros = Buffer.alloc(block);

/**
 * Passes the bytes of an image on, and writes them to an empty file, with holes in place of zeros.
 * @throws what reading and the file system throw
 */
export async function* copied(
  bytes: AsyncIterable<Uint8Array>,
  file: FileHandle,
): AsyncGenerator<Uint8Array, void> {
  let at = 0;
  for await (const piece of bytes) {
    await writeSparse(file, piece, at);
    at += piece.length;
    yield piece;
  }
  await file.truncate(at);
}

async function writeSparse(file: FileHandle, piece: Uint8Array, at: number): Promise<void> {
  for (let from = 0; from < piece.length;) {
    const isHole = isZero(piece, from);
    let to = from;
    while (to < piece.length && isZero(piece, to) === isHole) to += block;
    const end = Math.min(to, piece.length);
    if (!isHole) await file.write(piece, from, end - from, at + from);
    from = end;
  }
}

const isZero = (piece: Uint8Array, from: number): boolean => {
  const part = piece.subarray(from, from + block);
  return zeros.subarray(0, part.length).equals(part);
};
