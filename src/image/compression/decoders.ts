import type { ImageCompression } from '../image.js';
import { bunzip2 } from './bzip2.js';
import type { Decoder } from './decoding.js';
import { gunzip } from './gzip.js';
import { unlz4 } from './lz4.js';
import { unlzip } from './lzip.js';
import { unsparse } from './sparse.js';
import { unlzma, unxz } from './xz.js';
import { unzip } from './zip.js';
import { unzstd } from './zstd.js';

/** The decoder of each compression. A new compression takes one line here, and its magic in `compression.ts`. */
export const decoders: Record<ImageCompression, Decoder> = {
  none: async function* (file, decoding) {
    decoding.unchecked = true;
    yield* file.stream(0, file.size);
  },
  gzip: gunzip,
  xz: unxz,
  zstd: unzstd,
  bzip2: bunzip2,
  lz4: unlz4,
  lzma: unlzma,
  lzip: unlzip,
  zip: unzip,
  sparse: unsparse,
};

/** Whether there is a decoder for what a file is compressed with. */
export const isSupported = (compression: string): compression is ImageCompression =>
  Object.hasOwn(decoders, compression);
