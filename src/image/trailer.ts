import { crc32 } from 'node:zlib';
import { corrupt } from './image-errors.js';
import { endsInTrailer, longestTrailer, readTrailer, type Trailer } from './fwtool.js';
import { part, type StoredFile } from './stored-file.js';

/**
 * Gives a file without the OpenWrt trailer behind its content, whatever the content is compressed with. The file is
 * read once more only where it ends like a trailer.
 * @throws LevitateError IMAGE_CORRUPT where the trailer is damaged, or its checksum says that the file is.
 */
export async function withoutTrailer(
  file: StoredFile,
): Promise<{ file: StoredFile; trailer: Trailer | undefined }> {
  const tailAt = Math.max(0, file.size - longestTrailer);
  const tail = await file.read(tailAt, file.size - tailAt);
  if (!endsInTrailer(tail)) return { file, trailer: undefined };
  let sum = 0;
  for await (const bytes of file.stream(0, tailAt)) sum = crc32(bytes, sum);
  const trailer = sound(file.path, readTrailer(tail, sum));
  return { file: trailer ? part(file, file.size - trailer.length) : file, trailer };
}

/**
 * Passes content on without the OpenWrt trailer at its end, which is there where an image was compressed as a whole.
 * @param found told the trailer, at the end
 */
export async function* contentWithoutTrailer(
  path: string,
  content: AsyncIterable<Uint8Array>,
  found: (trailer: Trailer) => void,
): AsyncGenerator<Uint8Array, void> {
  const held: Uint8Array[] = [];
  let heldLength = 0;
  let sum = 0;
  for await (const bytes of content) {
    held.push(bytes);
    heldLength += bytes.length;
    while (held[0] !== undefined && heldLength - held[0].length >= longestTrailer) {
      const first = held.shift()!;
      heldLength -= first.length;
      sum = crc32(first, sum);
      yield first;
    }
  }
  const tail = Buffer.concat(held);
  const trailer = sound(path, readTrailer(tail, sum));
  if (trailer) found(trailer);
  const rest = tail.subarray(0, tail.length - (trailer?.length ?? 0));
  if (rest.length > 0) yield rest;
}

function sound(path: string, trailer: Trailer | string | undefined): Trailer | undefined {
  if (typeof trailer === 'string') throw corrupt(path, trailer, undefined);
  return trailer;
}
