const beginNode = 1;
const endNode = 2;
const property = 3;
const nop = 4;
const headerSize = 40;

/** A flattened device tree (Devicetree Specification 0.4, §5). */
export const isDeviceTree = (head: Buffer): boolean =>
  head.length >= headerSize &&
  head.readUInt32BE(0) === 0xd00dfeed &&
  head.readUInt32BE(8) >= headerSize &&
  head.readUInt32BE(8) < head.readUInt32BE(4);

/**
 * A device tree with a node `/images`, which is what makes it a FIT (U-Boot `doc/usage/fit/source_file_format.rst`)
 * and not a plain device tree.
 */
export const isFit = (head: Buffer): boolean => isDeviceTree(head) && fitOf(head) !== undefined;

/**
 * Bytes that a FIT must have: its tree, and the data that `mkimage -E` puts behind it, which the images'
 * properties `data-size` with `data-offset` (from the tree's end) or `data-position` (from the beginning) tell.
 */
export function fitLength(head: Buffer): number {
  const total = head.readUInt32BE(4);
  return Math.max(
    total,
    ...(fitOf(head) ?? []).map(({ offset, position, size }) =>
      size === 0 ? 0 : size + (position ?? aligned(total) + offset),
    ),
  );
}

interface FitImage {
  offset: number;
  position?: number;
  size: number;
}

/** The images of a FIT as far as the head goes; nothing where there is no node `/images`. */
function fitOf(head: Buffer): FitImage[] | undefined {
  const strings = head.readUInt32BE(12);
  let images: FitImage[] | undefined;
  let inImages = false;
  let depth = 0;
  for (let at = head.readUInt32BE(8); at + 8 <= head.length;) {
    const token = head.readUInt32BE(at);
    at += 4;
    if (token === beginNode) {
      const end = head.indexOf(0, at);
      if (end < 0) break;
      depth += 1;
      if (depth === 2) inImages = head.toString('latin1', at, end) === 'images';
      if (depth === 2 && inImages) images ??= [];
      if (depth === 3 && inImages) images?.push({ offset: 0, size: 0 });
      at = aligned(end + 1);
    } else if (token === property) {
      const length = head.readUInt32BE(at);
      const image = images?.at(-1);
      if (inImages && depth === 3 && image && length === 4 && at + 12 <= head.length)
        note(image, nameAt(head, strings + head.readUInt32BE(at + 4)), head.readUInt32BE(at + 8));
      at = aligned(at + 8 + length);
    } else if (token === endNode) {
      depth -= 1;
    } else if (token !== nop) {
      break;
    }
  }
  return images;
}

function note(image: FitImage, name: string, value: number): void {
  if (name === 'data-offset') image.offset = value;
  if (name === 'data-position') image.position = value;
  if (name === 'data-size') image.size = value;
}

const nameAt = (head: Buffer, at: number): string =>
  head.toString('latin1', at, Math.min(at + 16, head.length)).replace(/\0.*$/s, '');

const aligned = (offset: number): number => Math.ceil(offset / 4) * 4;
