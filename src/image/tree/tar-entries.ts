import { Budget } from '../../shared/budget.js';
import { corrupt, truncated, unsupported } from '../image-errors.js';
import type { ByteSource } from './byte-source.js';
import { paxRecords } from './pax-records.js';
import { sparseFile, withHoles } from './sparse-file.js';
import { tarBlock } from '../tar-block.js';
import { tarHeader, type TarHeader } from './tar-header.js';

/** One member of a tar archive, with what the headers in front of it say. */
export interface TarEntry {
  header: TarHeader;
  /** The records of its extended header that nothing here has used up. */
  records: Map<string, Buffer>;
  /** Its content, which must be read to its end before the next entry is asked for. */
  content: AsyncGenerator<Uint8Array, void>;
}

/** Bytes of an extended header or of a long name. */
const longestHeader = 1024 * 1024;
/** Bytes of the holes of all files together. */
const mostHoles = 64 * 1024 ** 3;

/**
 * Reads the entries of a tar archive to its very end: POSIX ustar and pax, GNU's long names, numbers and sparse files, and
 * the oldest form.
 * @throws LevitateError IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_FORMAT for what no tree needs
 */
export async function* tarEntries(source: ByteSource): AsyncGenerator<TarEntry, void> {
  const { path } = source;
  const budget = new Budget(`the tree ${path}`, {
    // What the archive itself has is bounded by the file; holes are not.
    ...{ bytes: mostHoles, entries: 4_000_000, names: 512 * 1024 * 1024 },
  });
  let records = new Map<string, Buffer>();
  let longName: string | undefined;
  let longLink: string | undefined;
  for (;;) {
    const at = source.position;
    const bytes = await source.take(tarBlock);
    if (bytes.length === 0)
      throw truncated(path, `the archive ends at byte ${at} without its end`, undefined);
    if (bytes.every((byte) => byte === 0)) break;
    const header = tarHeader(bytes);
    if (header === undefined)
      throw corrupt(path, `the header at byte ${at} of the archive is none`, undefined);
    budget.entries();
    const extra = async (): Promise<Buffer> => {
      const length = Number(header.size);
      if (length < 0 || length > longestHeader)
        throw corrupt(path, `the header at byte ${at} announces ${length} bytes more`, undefined);
      budget.names(length);
      const taken = await source.take(length);
      await skip(source, length);
      return taken;
    };
    if (header.type === 'x' || header.type === 'g') {
      const found = paxRecords(await extra());
      if (found === undefined)
        throw corrupt(path, `the extended header at byte ${at} cannot be read`, undefined);
      if (header.type === 'x') records = found;
      else refuseGlobal(path, found);
    } else if (header.type === 'L') longName = textOf(await extra());
    else if (header.type === 'K') longLink = textOf(await extra());
    else {
      budget.names(header.name.length + header.link.length);
      const whole = withRecords(path, at, header, records, longName, longLink);
      const size = Number(whole.size);
      if (size < 0 || !Number.isSafeInteger(size))
        throw corrupt(path, `the entry at byte ${at} announces ${whole.size} bytes`, undefined);
      const sparse = await sparseFile(source, at, bytes, whole, records);
      const stored = sparse?.stored ?? (whole.type === '0' ? size : 0);
      if (sparse) {
        budget.bytes(sparse.size - stored);
        Object.assign(whole, {
          type: '0',
          name: sparse.name ?? whole.name,
          size: BigInt(sparse.size),
        });
      }
      const content = sparse ? withHoles(source, sparse) : source.pieces(stored);
      yield { header: whole, records, content };
      for await (const _ of content) continue;
      await skip(source, stored);
      records = new Map();
      longName = undefined;
      longLink = undefined;
    }
  }
  await readEnd(source);
}

/** Behind the first block of zeros there are only more, up to the end of the file. */
async function readEnd(source: ByteSource): Promise<void> {
  for await (const piece of source.rest()) {
    const other = piece.findIndex((byte) => byte !== 0);
    if (other >= 0)
      throw unsupported(
        source.path,
        `something follows the end of the archive, at byte ${source.position - piece.length + other} of it`,
        'Archives that were put one behind the other have to be made one: unpack them in their order, and pack the result.',
      );
  }
}

const skip = async (source: ByteSource, length: number): Promise<void> => {
  await source.take((tarBlock - (length % tarBlock)) % tarBlock);
};

const textOf = (bytes: Buffer): string => bytes.toString('latin1').replace(/\0.*$/s, '');

/** What an extended header says of all entries behind it would have to be applied to each. */
function refuseGlobal(path: string, records: Map<string, Buffer>): void {
  const [key] = [...records.keys()].filter((one) => one !== 'comment');
  if (key !== undefined)
    throw unsupported(
      path,
      `a header for all entries of the archive says ${shownName(key)} of them`,
      'Pack the tree anew: tar --format=pax --xattrs --numeric-owner -cf FILE -C FOLDER .',
    );
}

/** The header with what stands in front of it; what is used up is taken out of the records. */
function withRecords(
  path: string,
  at: number,
  header: TarHeader,
  records: Map<string, Buffer>,
  name = header.name,
  link = header.link,
): TarHeader {
  const whole = { ...header, name, link };
  const taken = (key: string): string | undefined => {
    const value = records.get(key)?.toString('latin1');
    records.delete(key);
    return value;
  };
  whole.name = taken('path') ?? whole.name;
  whole.link = taken('linkpath') ?? whole.link;
  for (const key of ['uid', 'gid', 'size', 'mtime'] as const) {
    const value = taken(key);
    if (value === undefined) continue;
    const whole10 = /^(-?[0-9]{1,20})(\.[0-9]*)?$/.exec(value);
    if (!whole10 || (whole10[2] !== undefined && key !== 'mtime'))
      throw corrupt(path, `the ${key} of the entry at byte ${at} is no number`, undefined);
    whole[key] = BigInt(whole10[1]!);
  }
  return whole;
}

/** What an archive says, for a message on one line: a byte that is no character of ASCII is a question mark. */
export const shownName = (text: string): string => text.replace(/[^ -~]/g, '?').slice(0, 200);
