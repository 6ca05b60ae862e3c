import type { ImageFormat } from '../image.js';
import { formatOf } from './formats.js';

/** Bytes from the beginning of an image that are enough for every format; fewer are taken as they are. */
export const sniffLength = 128 * 1024;

/**
 * Names the format of an image from its first decompressed bytes; each format's specification is named where the format
 * is recognised.
 */
export const sniff = (head: Uint8Array): ImageFormat => formatOf(asBuffer(head))?.name ?? 'unknown';

/**
 * The bytes that an image must at least have by its own header, so that a raw image that was cut is noticed; 0 where
 * the header does not say so. What a disk needs is more than its first bytes tell: see `DiskReader`.
 */
export const declaredLength = (head: Buffer): number => formatOf(head)?.length?.(head) ?? 0;

/** What is wrong with the header that an image begins with; undefined where it is sound, or has no checksum. */
export const headerFault = (head: Buffer): string | undefined => formatOf(head)?.fault?.(head);

/** What the header that an image begins with says that a person wants to know. */
export const headerDetails = (head: Buffer): string[] => formatOf(head)?.details?.(head) ?? [];

/** Bytes of the largest logical sectors that a file system works on; undefined where it does not matter. */
export const largestSector = (head: Buffer): number | undefined =>
  formatOf(head)?.sectorSize?.(head) || undefined;

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
