import { createHash } from 'node:crypto';

/** A stretch of an image that a block map lists. */
export interface MappedRange {
  /** Bytes from the beginning of the image. */
  start: number;
  end: number;
  /** Hex digest of these bytes; absent in maps of the first versions. */
  checksum?: string;
}

/** What a block map (bmap) says of an image. */
export interface BlockMap {
  /** Bytes of the image. */
  imageSize: number;
  /** The name of the hash, as node:crypto knows it. */
  hash: string;
  /** In the order of the image, without overlap. */
  ranges: MappedRange[];
}

/** The most bytes of a map; one of a large image has some hundred KiB. */
export const longestMap = 16 * 1024 * 1024;

const hashes = ['md5', 'sha1', 'sha256', 'sha512'];

/**
 * Reads a block map as bmaptool makes it (bmap-tools, `bmaptool/BmapCreate.py`, versions 1.0 to 2.0): XML with the sizes of
 * the image and its blocks, and a checksum for each range of blocks and for the map itself.
 * @returns the map; a predicate for people where it cannot be used
 */
export function readBlockMap(text: string): BlockMap | string {
  const major = /<bmap\s+version\s*=\s*"(\d+)\.\d+"/.exec(text)?.[1];
  if (major === undefined) return 'is not a block map';
  if (major !== '1' && major !== '2') return `is a block map of the unknown version ${major}`;
  const value = (name: string) => new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(text)?.[1];
  const [imageSize, blockSize, count] = ['ImageSize', 'BlockSize', 'BlocksCount'].map((name) =>
    wholeNumber(value(name)),
  );
  if (!imageSize || !blockSize || !count) return 'lacks a size';
  if (count !== Math.ceil(imageSize / blockSize)) return 'has sizes that contradict each other';
  const hash = value('ChecksumType')?.toLowerCase() ?? 'sha1';
  if (!hashes.includes(hash)) return `has checksums of the unknown type ${hash}`;
  const own = value('BmapFileChecksum') ?? value('BmapFileSHA1');
  if (own !== undefined && own !== '' && !isWhole(text, own, hash))
    return 'is damaged: its own checksum is wrong';
  const ranges: MappedRange[] = [];
  for (const [, attributes = '', first, last = first] of text.matchAll(range)) {
    const [from, to] = [wholeNumber(first), wholeNumber(last)];
    if (from === undefined || to === undefined || from > to || to >= count)
      return 'has an impossible range';
    const start = from * blockSize;
    if (start < (ranges.at(-1)?.end ?? 0)) return 'has ranges out of order';
    const checksum = /(?:chksum|sha1)\s*=\s*"([0-9a-f]+)"/i.exec(attributes)?.[1]?.toLowerCase();
    ranges.push({
      start,
      end: Math.min((to + 1) * blockSize, imageSize),
      ...(checksum === undefined ? {} : { checksum }),
    });
  }
  return { imageSize, hash, ranges };
}

const range = /<Range([^>]*)>\s*(\d+)(?:\s*-\s*(\d+))?\s*<\/Range>/g;

const wholeNumber = (text = ''): number | undefined =>
  /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** The map's own checksum is taken with zeros in its place. */
const isWhole = (text: string, own: string, hash: string): boolean =>
  createHash(hash)
    .update(text.replace(own, '0'.repeat(own.length)))
    .digest('hex') === own.toLowerCase();
