import type { FileHandle } from 'node:fs/promises';
import { report, warn, type Run } from '../progress.js';
import { mapBeside } from './bmap/map-reader.js';
import { ChunkBuffers } from './chunk-buffers.js';
import { ChunkHashes } from './chunk-hashes.js';
import { inChunks } from './chunks.js';
import { compressionOf } from './compression/compression.js';
import { ContentReader } from './content.js';
import { promisedDigests, refuseOtherDigest } from './digest.js';
import type { ImageIndex } from './image.js';
import { openedImage } from './open.js';
import { protectionOf, tellProtection, tellSigned } from './protection.js';
import type { ImageRequest } from './request.js';
import { SentBytes } from './sent-bytes.js';
import type { SignedBy } from './signature/signed-by.js';
import type { TrustedKey } from './signature/trusted-key.js';
import { vouchedFor } from './signature/vouch.js';
import { sysupgradeOf } from './sysupgrade/members.js';
import { copied } from './unpacked-copy.js';

/**
 * Reads an image file once from end to end, and gives everything that is known of it.
 * @param image what was asked for; a string is the path of the file
 * @param trust keys of which one must have signed the file; none where it need not be signed
 * @param copy an empty file that gets the decompressed bytes; none where nobody wants them
 * @param run is told `bytes` in the phase `image`, counted in stored bytes, and a `note` on what protects the image
 * @throws LevitateError IMAGE_UNREADABLE, IMAGE_TRUNCATED, IMAGE_CORRUPT; IMAGE_EXTENSION_MISMATCH where the file name
 * promises another compression than the content has; IMAGE_FORMAT for what levitate cannot use; IMAGE_DIGEST where the
 * file has another SHA-256 than was promised for it; IMAGE_UNSIGNED, IMAGE_SIGNATURE.
 */
export async function indexImage(
  image: string | ImageRequest,
  run: Run = {},
  trust: TrustedKey[] = [],
  copy?: FileHandle,
): Promise<ImageIndex> {
  const request = typeof image === 'string' ? { path: image } : image;
  const { path, raw = false } = request;
  const promised = await promisedDigests(request);
  // Whatever lies beside the image is looked at before the image is opened, which then has to be read.
  const map = raw ? undefined : await mapBeside(path);
  let read = 0;
  let signedBy: SignedBy | undefined;
  const onRead = (position: number) => (read = position);
  const buffers = new ChunkBuffers();
  const opened = await openedImage(request, {
    signal: run.signal,
    buffers,
    onRead,
    vouch: async (file) => {
      const vouched = await vouchedFor(file, { promised, trust, raw }, { onRead });
      signedBy = vouched.signedBy;
      if (signedBy) tellSigned(path, signedBy, run);
      return vouched.file;
    },
  });
  const { compression, stored } = opened;
  const storedLength = stored.size;
  const isStored = compression === 'none' && opened.trailer() === undefined;
  const tell = (done: number): void =>
    report(run, { type: 'bytes', phase: 'image', done, total: storedLength, subject: path });

  const hashes = new ChunkHashes();
  const sent = new SentBytes(path, raw);
  const unpacked = copy ? copied(opened.bytes, copy) : opened.bytes;
  const reader = new ContentReader(path, compression, raw);
  for await (const { bytes } of inChunks(sent.of(unpacked), buffers)) {
    const left = sent.tree ? undefined : reader.push(bytes);
    if (!sent.tree) map?.push(bytes);
    hashes.push(bytes);
    if (left) buffers.giveBack(left);
    tell(read);
  }
  const packed = raw ? compressionOf(opened.head) : 'none';
  const { files, ...content } = sent.tree ? sent.content() : reader.finish(run);
  const mapped = sent.tree ? {} : (map?.finish() ?? {});
  if (mapped.warning !== undefined) warn(run, `${path}: ${mapped.warning}`);
  tell(storedLength);
  const { sha256: ofSent, chunks } = hashes.finish();
  const sha256 = sent.sha256() ?? ofSent;
  if (isStored) refuseOtherDigest(path, sha256, promised);
  const protectedBy = protectionOf(
    opened,
    promised,
    mapped.covers === undefined ? reader.sound : [...reader.sound, mapped.covers],
    signedBy,
  );
  tellProtection(path, protectedBy, run);
  const metadata = opened.trailer()?.metadata;
  const index: ImageIndex = {
    path,
    compression,
    raw,
    ...(packed === 'none' ? {} : { packed }),
    storedLength,
    protectedBy,
    ...(signedBy === undefined ? {} : { signedBy }),
    ...(metadata === undefined ? {} : { metadata }),
    sha256,
    chunks,
    ...content,
  };
  return files ? { ...index, sysupgrade: sysupgradeOf(index, files) } : index;
}
