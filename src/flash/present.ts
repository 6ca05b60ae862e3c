import { compressionOf } from '../image/compression/compression.js';
import type { ImageIndex } from '../image/image.js';
import type { TargetFacts } from './kind.js';

/**
 * Warns where the present content of a target suggests that a compressed file should be written otherwise, else gives
 * nothing: levitate takes a compression for packaging, but on some targets the compressed file is the content, which a
 * boot loader unpacks. Pure.
 */
export function presentNote(image: ImageIndex, { name, head }: TargetFacts): string | undefined {
  const bytes = Buffer.from(head ?? '', 'hex');
  const present = compressionOf(bytes);
  if (!image.raw && image.compression !== 'none' && present !== 'none')
    return `${name} holds ${present} data now, and ${image.path} is unpacked before it is written. If a boot loader unpacks it itself, say TARGET=raw:${image.path}.`;
  if (image.packed !== undefined && present === 'none' && !isBlank(bytes))
    return `${image.path} is written as it is, in ${image.packed}, and what ${name} holds now is not compressed. Without raw: it is unpacked.`;
  return undefined;
}

/** Whether the bytes are those of erased flash, all zeros, or none that could be read. */
const isBlank = (bytes: Buffer): boolean =>
  bytes.every((byte) => byte === 0xff) || bytes.every((byte) => byte === 0);
