import { parseCounter } from './counters.js';

/**
 * Gives the numbers of the image that the eraseblocks of a UBI have (Linux `drivers/mtd/ubi/ubi-media.h`, image_seq of struct
 * ubi_ec_hdr, at 24). ubiformat(8) takes a new one for each layout and begins with the first eraseblock, so that they tell from
 * its beginning on that a layout is being written. Zero stands for no number. Pure.
 * @param headers the first 64 bytes of each eraseblock, as hex
 */
export function imageSequences(headers: readonly string[]): number[] {
  const found = headers
    .filter((header) => parseCounter(header) !== null)
    .map((header) => Number.parseInt(header.slice(48, 56), 16));
  return [...new Set(found)].filter((sequence) => sequence !== 0);
}
