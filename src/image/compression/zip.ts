import { Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { reasonOf } from '../../errors.js';
import { memberStart, zipMembers, type ZipMember } from '../container/zip-members.js';
import { corrupt, truncated, unsupported } from '../image-errors.js';
import type { StoredFile } from '../stored-file.js';
import type { Decoding } from './decoding.js';

/**
 * Unpacks a zip archive that holds one file, and compares the file's CRC-32 and length.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_FORMAT for an archive of several files or none, an encrypted
 * file, and a compression other than deflate
 */
export async function* unzip(
  file: StoredFile,
  { budget }: Decoding,
): AsyncGenerator<Uint8Array, void> {
  const member = theOnly(file, await zipMembers(file));
  const start = await memberStart(file, member);
  const end = start + member.storedLength;
  if (end > file.size)
    throw truncated(file.path, `${member.name} in the zip archive ends early`, file.size);
  let sum = 0;
  let length = 0;
  for await (const bytes of memberBytes(file, member, start)) {
    sum = crc32(bytes, sum);
    length += bytes.length;
    budget.bytes(bytes.length);
    if (length > member.length) break;
    yield bytes;
  }
  if (length !== member.length)
    throw corrupt(file.path, `the length of ${member.name} in the zip archive is wrong`, end);
  if (sum !== member.crc)
    throw corrupt(file.path, `the checksum of ${member.name} in the zip archive is wrong`, end);
}

/**
 * Gives the content of a member without comparing it with anything; the reader may stop early.
 * @param start where it begins, as `memberStart` tells
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT
 */
export async function* memberBytes(
  file: StoredFile,
  { method, name, storedLength }: ZipMember,
  start: number,
): AsyncGenerator<Buffer, void> {
  const end = start + storedLength;
  if (method === 0) {
    yield* file.stream(start, Math.min(end, file.size));
    return;
  }
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  const source = Readable.from(file.stream(start, Math.min(end, file.size)));
  source.on('error', (error) => inflate.destroy(error));
  source.pipe(inflate);
  try {
    for await (const bytes of inflate as AsyncIterable<Buffer>) yield bytes;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'Z_BUF_ERROR')
      throw truncated(file.path, `${name} in the zip archive ends early`, end, error);
    if (code?.startsWith('Z_') === true)
      throw corrupt(file.path, `${name} in the zip archive: ${reasonOf(error)}`, start, error);
    throw error;
  } finally {
    source.destroy();
    inflate.destroy();
  }
}

function theOnly(file: StoredFile, members: ZipMember[]): ZipMember {
  const [member, second] = members;
  const unzipped =
    'levitate image FILE lists what it holds. Unpack it (unzip), and give the image to the target.';
  if (member === undefined)
    throw unsupported(file.path, 'it is a zip archive of nothing', unzipped);
  if (members.some(({ name }) => name === 'meta.conf'))
    throw unsupported(
      file.path,
      'it is a fwup archive (zip)',
      'fwup -a -t complete -i FILE -d disk.img makes the whole disk image of it; give that to the target.',
    );
  if (second !== undefined)
    throw unsupported(file.path, `it is a zip archive of ${members.length} files`, unzipped);
  if (member.isEncrypted)
    throw unsupported(
      file.path,
      'it is an encrypted zip archive',
      'Unpack it: unzip asks for the password.',
    );
  if (member.method !== 0 && member.method !== 8)
    throw unsupported(
      file.path,
      `the compression of ${member.name} in the zip archive has the number ${member.method}, which levitate does not know`,
      'Unpack it (7z x), and give the image to the target.',
    );
  return member;
}
