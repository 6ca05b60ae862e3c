import { corrupt, unsupported } from '../image-errors.js';
import { tarBlock } from '../tar-block.js';
import type { ByteSource } from './byte-source.js';
import type { TarHeader } from './tar-header.js';

/** A file of which an archive holds only what is no hole. */
export interface SparseFile {
  /** Its name, where the header has another one. */
  name: string | undefined;
  /** Bytes that it has with its holes. */
  size: number;
  /** Bytes of it that the archive holds, in their order. */
  stored: number;
  /** Where in the file they belong. */
  parts: readonly { offset: number; bytes: number }[];
}

/** Bytes of the list of a file's parts. */
const longestList = 1024 * 1024;
const zeros = Buffer.alloc(64 * 1024);

/**
 * Reads what an archive says of a file with holes, if it is one: GNU tar's own form, whose list stands in the header and behind it, and
 * its forms 0.1 and 1.0 for pax, whose list stands in the extended header or in front of the content (GNU tar manual, "Storing Sparse
 * Files"). What was used up is taken out of the records.
 * @param at where the header begins, for messages
 * @throws LevitateError IMAGE_CORRUPT, IMAGE_TRUNCATED; IMAGE_FORMAT for the form 0.0
 */
export async function sparseFile(
  source: ByteSource,
  at: number,
  bytes: Buffer,
  header: TarHeader,
  records: Map<string, Buffer>,
): Promise<SparseFile | undefined> {
  const damaged = (what: string) =>
    corrupt(source.path, `the sparse file at byte ${at} ${what}`, undefined);
  const taken = (key: string): string | undefined => {
    const value = records.get(`GNU.sparse.${key}`)?.toString('latin1');
    records.delete(`GNU.sparse.${key}`);
    return value;
  };
  let list: number[];
  let size: number;
  let stored = Number(header.size);
  let name: string | undefined;
  if (header.type === 'S') {
    ({ list, size } = await oldList(source, bytes, damaged));
  } else {
    if (header.type !== '0') return undefined;
    const [major, minor, map] = [taken('major'), taken('minor'), taken('map')];
    if (map === undefined && major === undefined) return undefined;
    if (map === undefined && (major !== '1' || minor !== '0'))
      throw unsupported(
        source.path,
        `the sparse file at byte ${at} has the form ${major}.${minor ?? '?'}`,
        'Pack the tree anew without --sparse, or with --sparse-version=1.0.',
      );
    name = taken('name');
    size = decimal(taken(map === undefined ? 'realsize' : 'size') ?? '', damaged);
    taken('numblocks');
    if (map === undefined) {
      const begin = source.position;
      list = await listInFront(source, stored, damaged);
      stored -= source.position - begin;
    } else list = map === '' ? [] : map.split(',').map((one) => decimal(one, damaged));
  }
  return { name, size, stored, parts: partsOf(list, size, stored, damaged) };
}

/** Gives the content of a file with zeros for its holes. */
export async function* withHoles(
  source: ByteSource,
  { size, parts }: SparseFile,
): AsyncGenerator<Uint8Array, void> {
  let at = 0;
  for (const { offset, bytes } of [...parts, { offset: size, bytes: 0 }]) {
    for (; at < offset; at += Math.min(zeros.length, offset - at))
      yield zeros.subarray(0, offset - at);
    yield* source.pieces(bytes);
    at += bytes;
  }
}

type Damaged = (what: string) => Error;

function decimal(text: string, damaged: Damaged): number {
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(value)) throw damaged('has a list of parts that is none');
  return value;
}

/** Four parts in the header, and in blocks behind it as many more as these say, 21 each. */
async function oldList(
  source: ByteSource,
  header: Buffer,
  damaged: Damaged,
): Promise<{ list: number[]; size: number }> {
  const octal = (from: Buffer, at: number): number => {
    const text = from.toString('latin1', at, at + 12).replace(/[\0 ].*$/s, '');
    if (text !== '' && !/^[0-7]+$/.test(text)) throw damaged('has a list of parts that is none');
    return text === '' ? 0 : parseInt(text, 8);
  };
  const list: number[] = [];
  const take = (from: Buffer, at: number, count: number): void => {
    for (let part = at; part < at + 24 * count && from[part] !== 0; part += 24)
      list.push(octal(from, part), octal(from, part + 12));
  };
  take(header, 386, 4);
  for (let more = header[482] !== 0; more;) {
    if (list.length * 12 > longestList) throw damaged('has too long a list of parts');
    const block = await source.take(tarBlock);
    if (block.length < tarBlock) throw damaged('has no end of its list of parts');
    take(block, 0, 21);
    more = block[504] !== 0;
  }
  return { list, size: octal(header, 483) };
}

/** Lines of decimal digits, how many parts first, up to the end of a block. */
async function listInFront(
  source: ByteSource,
  stored: number,
  damaged: Damaged,
): Promise<number[]> {
  let text = '';
  for (let count: number | undefined; ;) {
    if (text.length >= Math.min(stored, longestList))
      throw damaged('has a list of parts that is none');
    const block = await source.take(tarBlock);
    if (block.length < tarBlock) throw damaged('has no end of its list of parts');
    text += block.toString('latin1');
    const lines = text.split('\n');
    if (lines.length < 2) continue;
    count ??= decimal(lines[0]!, damaged);
    if (lines.length - 1 > 2 * count)
      return lines.slice(1, 2 * count + 1).map((one) => decimal(one, damaged));
  }
}

function partsOf(
  list: readonly number[],
  size: number,
  stored: number,
  damaged: Damaged,
): { offset: number; bytes: number }[] {
  const parts: { offset: number; bytes: number }[] = [];
  let [end, sum] = [0, 0];
  for (let at = 0; at < list.length; at += 2) {
    const [offset, bytes = NaN] = list.slice(at, at + 2) as [number, number?];
    if (!(offset >= end && offset + bytes <= size))
      throw damaged('has parts that overlap or end behind it');
    [end, sum] = [offset + bytes, sum + bytes];
    parts.push({ offset, bytes });
  }
  if (sum !== stored) throw damaged(`has parts of ${sum} bytes, and the archive holds ${stored}`);
  return parts;
}
