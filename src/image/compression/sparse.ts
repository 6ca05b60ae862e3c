import { corrupt, truncated, unsupported } from '../image-errors.js';
import type { StoredFile } from '../stored-file.js';
import type { Decoding } from './decoding.js';

const kinds = { raw: 0xcac1, fill: 0xcac2, nothing: 0xcac3, crc: 0xcac4 } as const;

/** Bytes of the largest blocks that are taken; all writers use 4096. */
const largestBlock = 1024 * 1024;
/** Bytes that a stretch of equal bytes is given in at a time. */
const pieceSize = 256 * 1024;

/**
 * Unpacks an Android sparse image (AOSP `system/core/libsparse/sparse_format.h`): a header, and chunks of blocks that are
 * data, four bytes over and over, or nothing, which are zeros as simg2img makes them. Its checksums are mostly left out by
 * what makes such images, and are not compared.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_FORMAT for a piece of a split image
 */
export async function* unsparse(
  file: StoredFile,
  decoding: Decoding,
): AsyncGenerator<Uint8Array, void> {
  const { path } = file;
  refusePiece(path);
  const { headerSize, chunkHeaderSize, blockSize, blocks, chunks } = await headerOf(file);
  decoding.unchecked = true;
  let at = headerSize;
  let given = 0;
  for (let index = 0; index < chunks; index += 1) {
    decoding.budget.entries();
    const header = await file.read(at, chunkHeaderSize);
    if (header.length < chunkHeaderSize)
      throw truncated(path, `chunk ${index} of ${chunks} of the sparse image is missing`, at);
    const kind = header.readUInt16LE(0);
    const count = header.readUInt32LE(4);
    const size = header.readUInt32LE(8);
    const dataAt = at + chunkHeaderSize;
    const expected = { [kinds.raw]: count * blockSize, [kinds.nothing]: 0 }[kind] ?? 4;
    if (!Object.values<number>(kinds).includes(kind) || size !== chunkHeaderSize + expected)
      throw corrupt(path, `chunk ${index} of the sparse image has a wrong header`, at);
    if (at + size > file.size)
      throw truncated(path, `chunk ${index} of ${chunks} of the sparse image is cut`, file.size);
    at += size;
    if (kind === kinds.crc) continue;
    given += count;
    if (given > blocks)
      throw corrupt(path, 'the sparse image has more blocks than its header says', at);
    decoding.budget.bytes(count * blockSize);
    if (kind === kinds.raw) yield* file.stream(dataAt, at);
    else
      yield* repeated(
        kind === kinds.fill ? await file.read(dataAt, 4) : Buffer.alloc(4),
        count * blockSize,
      );
  }
  if (given !== blocks)
    throw corrupt(path, `the sparse image has ${given} of the ${blocks} blocks of its header`, at);
  if (at !== file.size) throw corrupt(path, 'something else follows the sparse image', at);
}

/**
 * An image that was split for fastboot has pieces of which each leaves open what the others hold; one alone looks like a
 * whole image of mostly zeros. Only their names tell them.
 */
function refusePiece(path: string): void {
  if (!/[._-]sparse(chunk)?[._-]?\d+$/i.test(path)) return;
  throw unsupported(
    path,
    'it is one piece of a split Android sparse image',
    'simg2img FILE.0 FILE.1 … disk.img joins all pieces.',
  );
}

async function headerOf(file: StoredFile): Promise<{
  headerSize: number;
  chunkHeaderSize: number;
  blockSize: number;
  blocks: number;
  chunks: number;
}> {
  const header = await file.read(0, 28);
  if (header.length < 28)
    throw truncated(file.path, 'the header of the sparse image is cut', file.size);
  const found = {
    headerSize: header.readUInt16LE(8),
    chunkHeaderSize: header.readUInt16LE(10),
    blockSize: header.readUInt32LE(12),
    blocks: header.readUInt32LE(16),
    chunks: header.readUInt32LE(20),
  };
  const { headerSize, chunkHeaderSize, blockSize } = found;
  const sound =
    header.readUInt16LE(4) === 1 &&
    headerSize >= 28 &&
    chunkHeaderSize >= 12 &&
    blockSize >= 4 &&
    blockSize <= largestBlock &&
    blockSize % 4 === 0;
  if (!sound) throw corrupt(file.path, 'the header of the sparse image is wrong', 0);
  return found;
}

/** Four bytes over and over; every piece is a buffer of its own. */
function* repeated(four: Buffer, length: number): Generator<Buffer, void> {
  for (let left = length; left > 0; left -= pieceSize) {
    const piece = Buffer.alloc(Math.min(left, pieceSize));
    if (four.some(Boolean)) piece.fill(four);
    yield piece;
  }
}
