import { createHash } from 'node:crypto';
import type { Emit } from '../progress.js';
import { inChunks, sha256 } from './chunks.js';
import { compressionOf } from './compression.js';
import { corrupt, truncated, unsupported } from './damage.js';
import { promisedDigests, refuseOtherDigest, storedDigest, type Promised } from './digest.js';
import { declaredLength } from './formats.js';
import type { Compression, ImageFormat, ImageIndex } from './image.js';
import { openedImage } from './open.js';
import { protectionOf, tellProtection } from './protection.js';
import type { ImageRequest } from './request.js';
import { sniff, sniffLength, ubifsLebSize } from './sniff.js';
import type { StoredFile } from './stored-file.js';
import { UbiReader } from './ubi.js';

export interface IndexOptions {
  /** Told `bytes` in the phase `image`, counted in stored bytes, and a `note` on what protects the image. */
  emit?: Emit | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Reads an image file once from end to end, and gives everything that is known of it.
 * @param image what was asked for; a string is the path of the file
 * @throws LevitateError IMAGE_UNREADABLE, IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_NAME_LIES where the file name
 * promises another compression than the content has; IMAGE_FORMAT for what levitate cannot use; IMAGE_DIGEST where the
 * file has another SHA-256 than was promised for it.
 */
export async function indexImage(
  image: string | ImageRequest,
  { emit, signal }: IndexOptions = {},
): Promise<ImageIndex> {
  const request = typeof image === 'string' ? { path: image } : image;
  const { path, raw = false } = request;
  const promised = await promisedDigests(request);
  let read = 0;
  const opened = await openedImage(request, { signal, onRead: (position) => (read = position) });
  const { compression, stored } = opened;
  const storedLength = stored.size;
  const isStored = compression === 'none' && opened.trailer() === undefined;
  if (promised.length > 0 && !isStored) await compareStored(stored, promised);
  const tell = (done: number): void =>
    emit?.({ type: 'bytes', phase: 'image', done, total: storedLength, subject: path });

  const whole = createHash('sha256');
  const chunks: string[] = [];
  let length = 0;
  let head = Buffer.alloc(0);
  let format: ImageFormat = 'unknown';
  let ubi: UbiReader | undefined;
  for await (const { index, bytes } of inChunks(opened.bytes)) {
    if (index === 0) {
      head = Buffer.from(bytes.subarray(0, sniffLength));
      refuseContent(path, compression, head);
      format = sniff(head);
      if (format === 'ubi') ubi = new UbiReader(path);
    }
    ubi?.push(bytes);
    whole.update(bytes);
    chunks.push(sha256(bytes));
    length += bytes.length;
    tell(read);
  }
  if (length === 0) throw corrupt(path, 'there is nothing in it but compression', undefined);
  refuseShort(path, head, format, length);
  tell(storedLength);
  const digest = whole.digest('hex');
  if (isStored) refuseOtherDigest(path, digest, promised);
  const protectedBy = protectionOf(opened, promised);
  tellProtection(path, protectedBy, emit);
  const metadata = opened.trailer()?.metadata;
  const lebSize = ubifsLebSize(head);
  return {
    path,
    compression,
    raw,
    format,
    length,
    storedLength,
    protectedBy,
    ...(metadata === undefined ? {} : { metadata }),
    sha256: digest,
    chunks,
    ...(ubi === undefined ? {} : { ubi: ubi.finish() }),
    ...(lebSize === undefined ? {} : { ubifsLebSize: lebSize }),
  };
}

async function compareStored(file: StoredFile, promised: Promised[]): Promise<void> {
  try {
    refuseOtherDigest(file.path, await storedDigest(file), promised);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What can be seen from the first bytes not to be an image: a second compression, or a saved web page. */
function refuseContent(path: string, outer: Compression, head: Buffer): void {
  const inner = compressionOf(head);
  if (outer !== 'none' && inner !== 'none')
    throw unsupported(
      path,
      `it is compressed twice, with ${outer} and inside with ${inner}`,
      `Decompress it once: the ${outer} layer is not needed. Where a boot loader reads it compressed: TARGET=raw:FILE.`,
    );
  if (/^\s*<(!doctype\s+)?html/i.test(head.toString('latin1', 0, 256)))
    throw unsupported(
      path,
      'it is a web page, probably an error page that was saved in place of the image',
      'Look into it with a pager, and download the image again.',
    );
}

/** A raw image has nothing that tells its end; some formats say how long they are. */
function refuseShort(path: string, head: Buffer, format: ImageFormat, length: number): void {
  const declared = declaredLength(head);
  if (declared !== undefined && declared > length)
    throw truncated(
      path,
      `its ${format} header says ${declared} bytes and there are ${length}`,
      undefined,
    );
}
