import { constants, gunzipSync } from 'node:zlib';
import { compressionOf } from '../compression/compression.js';
import { aboutFormat } from '../format/formats.js';
import { foreignOf } from '../format/foreign.js';
import { sniff } from '../format/sniff.js';

/** What the first bytes of a file tell of it. */
export interface FirstLook {
  /** What it is, for people; absent where its first bytes tell nothing. */
  what?: string;
  /** Whether it may be an image for a target. */
  isImage: boolean;
}

/** Tells what a file is by its first bytes, into a gzip file as well; other compressions would need another program. Pure. */
export function firstLook(head: Buffer): FirstLook {
  const compression = compressionOf(head);
  if (compression === 'none') return plainLook(head);
  const within = compression === 'gzip' ? plainLook(unzipped(head)) : { isImage: true };
  const packed =
    compression === 'sparse' ? 'an Android sparse image' : `compressed with ${compression}`;
  return {
    what: within.what === undefined ? packed : `${within.what}, ${packed}`,
    isImage: within.isImage,
  };
}

function plainLook(head: Buffer): FirstLook {
  const format = sniff(head);
  const foreign = foreignOf(head);
  if (foreign !== undefined) return { what: foreign.what, isImage: false };
  return format === 'unknown'
    ? { isImage: false }
    : { what: aboutFormat(format).title, isImage: true };
}

/** As much of a gzip file as its first bytes give. */
function unzipped(head: Buffer): Buffer {
  try {
    return gunzipSync(head, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: 8 * 1024 * 1024,
    });
  } catch {
    return Buffer.alloc(0);
  }
}
