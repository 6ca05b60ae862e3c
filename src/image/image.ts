/** The unit of comparison, transfer, resume and read-back, in bytes; a multiple of every usual eraseblock. */
export const chunkSize = 1024 * 1024;

export type Compression = 'none' | 'gzip' | 'xz' | 'zstd';
export type ImageFormat =
  'disk' | 'ext4' | 'squashfs' | 'fat' | 'ubi' | 'ubifs' | 'uimage' | 'fit' | 'unknown';

/** What a ubinized image says of itself (Linux `drivers/mtd/ubi/ubi-media.h`). */
export interface UbiImage {
  /** Physical eraseblock size in bytes. */
  pebSize: number;
  vidHeaderOffset: number;
  dataOffset: number;
  pebCount: number;
  volumes: string[];
  /** SHA-256 over every PEB less its first 64 bytes, the erase counter header that ubiformat rewrites. */
  bodySha256: string;
}

/** Everything that is known of an image after it was read once from end to end. */
export interface ImageIndex {
  path: string;
  compression: Compression;
  /** Whether a person asked for the file's bytes as they are, whatever they are. */
  raw: boolean;
  format: ImageFormat;
  /** Bytes after decompression. */
  length: number;
  /** Bytes of the file as it lies on this machine. */
  storedLength: number;
  /** Hex SHA-256 of the decompressed bytes. */
  sha256: string;
  /** Hex SHA-256 of each chunk of `chunkSize` bytes; the last may be shorter. */
  chunks: string[];
  ubi?: UbiImage;
  /** LEB size in bytes, from a UBIFS superblock. */
  ubifsLebSize?: number;
}
