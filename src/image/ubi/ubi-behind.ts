import { ecHeader } from './ubi-headers.js';

/** No NAND or NOR that UBI is used on has smaller eraseblocks than these, in bytes. */
const smallestPeb = 16 * 1024;

/**
 * Where in a piece of an image a UBI eraseblock begins, for an image that begins with something else.
 * @param start the offset of the piece in the image
 * @param from no eraseblock before this offset counts
 * @returns the offset in the image, a multiple of the smallest eraseblock; undefined where there is none
 */
export function ubiBehind(piece: Buffer, start: number, from: number): number | undefined {
  const first = Math.max(Math.ceil(Math.max(start, from) / smallestPeb), 1) * smallestPeb;
  for (let at = first; at < start + piece.length; at += smallestPeb)
    if (ecHeader(piece.subarray(at - start)) !== undefined) return at;
  return undefined;
}
