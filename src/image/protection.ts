import { inform, report, type Run } from '../progress.js';
import type { Promised } from './digest.js';
import type { ImageCompression } from './image.js';
import type { OpenedImage } from './open.js';
import type { SignedBy } from './signature/signed-by.js';

const checksums: Record<ImageCompression, string> = {
  none: '',
  lzma: '',
  gzip: "gzip's CRC-32",
  xz: "xz's checksum",
  zstd: "zstd's checksum",
  bzip2: "bzip2's CRC-32",
  lz4: "lz4's checksum",
  lzip: "lzip's CRC-32",
  zip: "zip's CRC-32",
  sparse: '',
};

/**
 * Names the checksums by which damage would have been noticed, after all of the file was read; see
 * `ImageIndex.protectedBy`.
 * @param signedBy the signature on it that counts
 * @param own checksums in the image's own headers that agree
 */
export function protectionOf(
  { compression, checked, trailer }: OpenedImage,
  promised: Promised[],
  own: string[],
  signedBy: SignedBy | undefined,
): string[] {
  return [
    ...(signedBy ? [`the signature ${signedBy.signature} by ${signedBy.key}`] : []),
    ...promised.map(({ by }) => `the SHA-256 of ${by}`),
    ...(checked() ? [checksums[compression]] : []),
    ...own,
    ...(trailer()?.coversImage === true ? ["the CRC-32 of OpenWrt's trailer"] : []),
  ];
}

/** Tells a person who has signed an image. */
export function tellSigned(
  path: string,
  { key, id, signature, list, comment }: SignedBy,
  run: Run,
): void {
  const says = comment === undefined ? '' : `; it says: ${comment}`;
  inform(run, `${list ?? path} is signed: ${signature} is by ${key} (${id})${says}`);
}

/** Tells a person what protects an image, and warns where nothing does. */
export function tellProtection(path: string, protectedBy: string[], run: Run): void {
  const sound = protectedBy.length > 0;
  report(run, {
    type: 'note',
    level: sound ? 'info' : 'warning',
    message: sound
      ? `${path} is whole: ${protectedBy.join(' and ')} ${protectedBy.length === 1 ? 'agrees' : 'agree'}.`
      : `Nothing tells whether ${path} is damaged. Give its digest behind its name, ${path}#sha256=HEX, or put ${path}.sha256 or SHA256SUMS beside it.`,
  });
}
