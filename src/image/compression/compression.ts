import type { ImageCompression } from '../image.js';

/** Compressions that are recognised only to be refused by name. */
export type UnsupportedCompression = 'lzop' | 'compress';

const magics: [ImageCompression | UnsupportedCompression, number[]][] = [
  ['gzip', [0x1f, 0x8b, 0x08]], // RFC 1952, §2.3.1; 8 is deflate, the only method there is
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]], // The .xz File Format 1.2.1, §2.1.1.1
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]], // RFC 8878, §3.1.1
  ['lz4', [0x04, 0x22, 0x4d, 0x18]], // LZ4 Frame Format 1.6.4, "General Structure"
  ['lz4', [0x02, 0x21, 0x4c, 0x18]], // The same, "Legacy frame", which kernels are packed with
  ['lzop', [0x89, 0x4c, 0x5a, 0x4f, 0x00, 0x0d, 0x0a]], // lzop 1.04, `src/lzop.c`, lzop_magic
  ['zip', [0x50, 0x4b, 0x03, 0x04]], // APPNOTE.TXT 6.3.10, §4.3.7
  ['sparse', [0x3a, 0xff, 0x26, 0xed]], // AOSP libsparse/sparse_format.h, SPARSE_HEADER_MAGIC
  ['lzip', [0x4c, 0x5a, 0x49, 0x50, 0x01]], // lzip manual, "File format"
];

/**
 * Names the compression of a file by its first bytes (18 are enough), never by its name.
 * A zstd file may begin with a skippable frame, as pzstd writes it (RFC 8878, §3.1.2).
 */
export function compressionOf(head: Uint8Array): ImageCompression | UnsupportedCompression {
  for (const [name, magic] of magics) if (startsWith(head, magic)) return name;
  if (startsWith(head.subarray(1), [0x2a, 0x4d, 0x18]) && ((head[0] ?? 0) & 0xf0) === 0x50)
    return 'zstd';
  if (isBzip2(head)) return 'bzip2';
  if (isCompress(head)) return 'compress';
  return isLzmaAlone(head) ? 'lzma' : 'none';
}

/** Gives the compression that a file name announces by its extension; undefined where it announces none. */
export function promisedByName(
  path: string,
): ImageCompression | UnsupportedCompression | undefined {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase();
  return ending === undefined ? undefined : endings[ending];
}

const endings: Record<string, ImageCompression | UnsupportedCompression> = {
  gz: 'gzip',
  tgz: 'gzip',
  xz: 'xz',
  txz: 'xz',
  zst: 'zstd',
  zstd: 'zstd',
  bz2: 'bzip2',
  lz4: 'lz4',
  lzma: 'lzma',
  lz: 'lzip',
  lzo: 'lzop',
  zip: 'zip',
};

const startsWith = (bytes: Uint8Array, magic: number[]): boolean =>
  magic.every((value, index) => bytes[index] === value);

/**
 * `BZh1`…`BZh9`, and the magic of a block, the digits of pi, or that of the end, those of its square root, in a stream
 * of nothing (bzip2 1.0.8, `compress.c`).
 */
const isBzip2 = (head: Uint8Array): boolean =>
  startsWith(head, [0x42, 0x5a, 0x68]) &&
  (head[3] ?? 0) >= 0x31 &&
  (head[3] ?? 0) <= 0x39 &&
  [
    [0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
    [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
  ].some((magic) => startsWith(head.subarray(4), magic));

/** ncompress, `compress.c`: a magic of two bytes, then the block mode's bit and the greatest code length, 9 to 16. */
const isCompress = ([first, second, mode = 0]: Uint8Array): boolean =>
  first === 0x1f &&
  second === 0x9d &&
  (mode & 0x60) === 0 &&
  (mode & 0x1f) >= 9 &&
  (mode & 0x1f) <= 16;

/**
 * The old .lzma format has no magic. Its header has the properties 0x5d, a dictionary size that is a power of two or
 * one and a half of it, and the length of the content: unknown (all ones), as `xz --format=lzma` writes it, or below
 * 256 GiB; a stream begins with the byte 0 (xz, `doc/lzma-file-format.txt`).
 */
function isLzmaAlone(head: Uint8Array): boolean {
  if (head.length < 13 || !startsWith(head, [0x5d, 0x00, 0x00])) return false;
  const dictionary = ((head[3] ?? 0) | ((head[4] ?? 0) << 8)) << 16;
  const rest = dictionary & (dictionary - 1);
  if (dictionary === 0 || (rest & (rest - 1)) !== 0) return false;
  const length = head.subarray(5, 13);
  if (length.every((byte) => byte === 0xff)) return true;
  return (length[4] ?? 0) < 64 && !length.subarray(5).some(Boolean) && head[13] === 0;
}
