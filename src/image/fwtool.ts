import { crc32 } from 'node:zlib';
import type { ImageMetadata } from './image.js';

/** The most bytes that a chain of trailers takes: the largest metadata, and signatures. */
export const longestTrailer = 96 * 1024;

/** Bytes of the record at the end of each trailer. */
const recordSize = 16;
/** Bytes of version and flags before the metadata. */
const headerSize = 8;
const metadataType = 1;
/** fwtool's bounds by type, in bytes of data: a signature (0), and metadata (1) with its header. */
const longestData = [1024, headerSize + 30 * 1024];

/** What lies behind an OpenWrt image: how much it is, and what it says. */
export interface Trailer {
  /** Bytes from the image's end to the end of the file. */
  length: number;
  /** Whether a checksum in it covers the image as well. */
  coversImage: boolean;
  metadata?: ImageMetadata;
}

/** Whether bytes end like a trailer of OpenWrt's fwtool; the last 16 are enough. */
export const endsInTrailer = (tail: Buffer): boolean =>
  tail.length >= recordSize &&
  tail.toString('latin1', tail.length - recordSize, tail.length - recordSize + 4) === 'FWx0';

/**
 * Reads what OpenWrt's fwtool appends to an image: metadata, a signature, each with a record behind it (fwtool,
 * `fwimage.h`, struct fwimage_trailer, big endian: magic, CRC-32, type, three unused bytes, size with the record).
 * fwtool's CRC-32 is not inverted at its end, and covers all of the file before the record, which makes it the only
 * protection of an uncompressed image. Other programs write the plain CRC-32 of the appended data.
 * @param tail the end of the file, the last `longestTrailer` bytes of it or all
 * @param sum CRC-32 of all that precedes `tail`
 * @returns the trailer, a text that says what is wrong where it is damaged, or undefined where there is none
 */
export function readTrailer(tail: Buffer, sum: number): Trailer | string | undefined {
  let end = tail.length;
  let metadata: ImageMetadata | undefined;
  let coversImage = false;
  while (endsInTrailer(tail.subarray(0, end))) {
    const record = tail.subarray(end - recordSize, end);
    const size = record.readUInt32BE(12);
    const type = record.readUInt8(8);
    const start = end - size;
    const longest = longestData[type];
    if (longest === undefined) return `its OpenWrt trailer is of the unknown type ${type}`;
    if (size < recordSize || size > longest + recordSize || start < 0)
      return 'its OpenWrt trailer has an impossible size';
    const data = tail.subarray(start, end - recordSize);
    const whole = ~crc32(tail.subarray(0, end - recordSize), sum) >>> 0;
    const stated = record.readUInt32BE(4);
    if (stated === whole) coversImage = true;
    else if (stated !== crc32(data)) return 'the checksum in its OpenWrt trailer is wrong';
    if (type === metadataType) {
      // The record's own size has no checksum: what it leads to must be metadata, or the image would be cut wrongly.
      const read = readMetadata(data);
      if (read === undefined) return 'its OpenWrt metadata cannot be read';
      metadata ??= read;
    }
    end = start;
  }
  if (end === tail.length) return undefined;
  return {
    length: tail.length - end,
    coversImage,
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/**
 * Reads a header of version 0, and the JSON behind it that OpenWrt's build writes (`include/image-commands.mk`,
 * append-metadata). From compat_version 1.1 on the boards are in `new_supported_devices`, and `supported_devices` holds
 * a sentence for older sysupgrades.
 */
function readMetadata(bytes: Buffer): ImageMetadata | undefined {
  if (bytes.length <= headerSize || bytes.readUInt32BE(0) !== 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.subarray(headerSize).toString('utf8').replace(/\0+$/, ''));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields = value as Record<string, unknown>;
  const { compat_version: version, compat_message: message } = fields;
  const compatVersion = typeof version === 'string' ? version : '1.0';
  const named = compatVersion === '1.0' ? 'supported_devices' : 'new_supported_devices';
  const devices = fields[named] ?? fields['supported_devices'];
  return {
    supportedDevices: Array.isArray(devices)
      ? devices.filter((device): device is string => typeof device === 'string')
      : [],
    compatVersion,
    ...(typeof message === 'string' ? { compatMessage: message } : {}),
  };
}
