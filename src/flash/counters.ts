import { crc32 } from 'node:zlib';
import type { UbiImage } from '../image/image.js';

/** Erase counters of the eraseblocks of an MTD, in their order; null where there is no valid header. */
export type EraseCounters = (number | null)[];

/** A summary of the erase counters of a flash. */
export interface CounterSummary {
  /** Eraseblocks that were looked at. */
  eraseblocks: number;
  /** Eraseblocks with a valid erase counter header. */
  valid: number;
  /** The lowest of the valid counters; it is 0 where none is valid, and so are the mean and the highest. */
  lowest: number;
  /** The mean of the valid counters, to two places. */
  mean: number;
  /** The highest of the valid counters. */
  highest: number;
}

/**
 * Reads an erase counter header, 64 bytes as hex (Linux `drivers/mtd/ubi/ubi-media.h`, struct ubi_ec_hdr): magic
 * `UBI#`, version 1, a 64-bit counter at 8, and at 60 a CRC32 without its final inversion. Null if it is not valid.
 */
export function parseCounter(hex: string): number | null {
  const header = Buffer.from(hex, 'hex');
  if (header.length !== 64 || header.toString('latin1', 0, 4) !== 'UBI#' || header[4] !== 1) {
    return null;
  }
  const crc = ~crc32(header.subarray(0, 60)) >>> 0;
  if (header.readUInt32BE(60) !== crc) return null;
  const counter = header.readBigUInt64BE(8);
  return counter > highestCounter ? null : Number(counter);
}

/** UBI takes a higher one for damage (UBI_MAX_ERASECOUNTER). */
const highestCounter = 0x7fff_ffffn;

/** Gives the lowest, the mean and the highest of the valid counters. Pure. */
export function summarise(counters: EraseCounters): CounterSummary {
  const valid = counters.filter((counter) => counter !== null);
  const eraseblocks = counters.length;
  if (valid.length === 0) return { eraseblocks, valid: 0, lowest: 0, mean: 0, highest: 0 };
  const sum = valid.reduce((total, counter) => total + counter, 0);
  return {
    eraseblocks,
    valid: valid.length,
    lowest: valid.reduce((low, counter) => Math.min(low, counter)),
    mean: Math.round((sum / valid.length) * 100) / 100,
    highest: valid.reduce((high, counter) => Math.max(high, counter)),
  };
}

/**
 * What ubiformat(8) would do with the counters that it cannot read: below 95 % valid headers it gives every
 * eraseblock the mean, below 50 % it starts from zero. Bad eraseblocks do not count.
 */
export function counterOutcome(
  counters: EraseCounters,
  badBlocks: number,
): 'kept' | 'averaged' | 'zeroed' {
  const { eraseblocks, valid } = summarise(counters);
  const share = valid / Math.max(1, eraseblocks - badBlocks);
  if (share >= 0.95) return 'kept';
  return share >= 0.5 ? 'averaged' : 'zeroed';
}

/**
 * Whether UBI takes the eraseblocks with these headers, as hex, for one whole layout: each that is not bad has a valid
 * one, with the image's offsets, and no two have different sequence numbers (struct ubi_ec_hdr, image_seq; 0 fits any).
 */
export function soundHeaders(
  headers: readonly string[],
  { vidHeaderOffset, dataOffset }: Pick<UbiImage, 'vidHeaderOffset' | 'dataOffset'>,
  badBlocks: number,
): boolean {
  const valid = headers.filter((hex) => parseCounter(hex) !== null);
  const fields = valid.map((hex) => {
    const header = Buffer.from(hex, 'hex');
    return [16, 20, 24].map((at) => header.readUInt32BE(at));
  });
  const sequences = new Set(fields.map((field) => field[2]).filter((sequence) => sequence !== 0));
  return (
    valid.length > 0 &&
    valid.length === headers.length - badBlocks &&
    sequences.size <= 1 &&
    fields.every(([vid, data]) => vid === vidHeaderOffset && data === dataOffset)
  );
}
