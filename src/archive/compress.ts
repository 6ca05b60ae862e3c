import { createGzip, gunzipSync, type Gzip } from 'node:zlib';

/** A gzip stream whose header holds neither a name nor a time, so that it depends on the bytes alone. */
export const compressor = (): Gzip => createGzip({ level: 9 });

/** More than any maintenance root that fits a device; a bound on what a hostile archive can unfold to. */
const maxUnpacked = 1024 ** 3;

/**
 * Unpacks a whole gzip file.
 * @throws Error when it is no gzip, is cut short, or unfolds to more than 1 GiB.
 */
export const decompress = (bytes: Uint8Array): Buffer =>
  gunzipSync(bytes, { maxOutputLength: maxUnpacked });
