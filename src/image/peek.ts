import { LevitateError } from '../errors.js';
import { compressionOf } from './compression/compression.js';
import { decoders, isSupported } from './compression/decoders.js';
import { decodingImage } from './compression/decoding.js';
import type { Container } from './container/container.js';
import { contentsOf } from './container/contents.js';
import { firstBytes } from './first-bytes.js';
import { sniffLength } from './format/sniff.js';
import type { ImageRequest } from './request.js';
import { openStored, type StoredFile } from './stored-file.js';

/** What a file shows before all of it is read. */
export interface Peek {
  /** Bytes of the file as it lies on this machine. */
  storedLength: number;
  /** What it is compressed with, also where levitate does not unpack that. */
  compression: string;
  /** The first bytes of its content; none where those cannot be unpacked. */
  head: Buffer;
  /** The files that lie in it. */
  container?: Container;
}

/**
 * Looks at the beginning and the end of a file. What is damaged in it is not told here: reading all of it tells that.
 * @throws LevitateError IMAGE_UNREADABLE, IMAGE_CHANGED
 */
export async function peek({ path, raw = false }: ImageRequest): Promise<Peek> {
  const file = await openStored(path);
  try {
    const stored = await file.read(0, sniffLength);
    const compression = raw ? 'none' : compressionOf(stored);
    const container = raw ? undefined : await orNothing(contentsOf(file));
    const head = compression === 'none' ? stored : await unpackedHead(file, compression);
    return {
      storedLength: file.size,
      compression,
      head,
      ...(container ? { container } : {}),
    };
  } finally {
    await file.close();
  }
}

/** As many of the first bytes as can be unpacked. */
async function unpackedHead(file: StoredFile, compression: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  if (isSupported(compression)) {
    const unpacked = decoders[compression](file, decodingImage(file.path));
    await orNothing(firstBytes(unpacked, sniffLength, pieces));
  }
  return Buffer.concat(pieces).subarray(0, sniffLength);
}

/** Damage, and a program that is missing, keep the look short. */
const orNothing = <T>(look: Promise<T>): Promise<T | undefined> =>
  look.catch((error: unknown) => {
    if (error instanceof LevitateError && error.code !== 'INTERNAL') return undefined;
    throw error;
  });
