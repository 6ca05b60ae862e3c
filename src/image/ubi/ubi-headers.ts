import { crc32 } from 'node:zlib';

/** Bytes of an erase counter header, of a volume identifier header and of a volume table record. */
export const ecHeaderSize = 64;
/** Bytes of a volume identifier header (kernel, `drivers/mtd/ubi/ubi-media.h`). */
export const vidHeaderSize = 64;
const recordSize = 172;

/** Volume numbers of a volume table are below this. */
export const mostVolumes = 128;
/** The volume that holds the volume table. */
export const layoutVolume = 0x7fffefff;

/** An erase counter header. */
export interface EcHeader {
  vidHeaderOffset: number;
  dataOffset: number;
}

/** A volume identifier header. */
export interface VidHeader {
  volume: number;
  logicalBlock: number;
  /** How many LEBs a static volume has; 0 in a dynamic one. */
  usedBlocks: number;
  /** Bytes at the end of each LEB that are not used. */
  padding: number;
  /** Grows with each LEB that the kernel writes; 0 as ubinize writes it. */
  sequence: bigint;
  /** Bytes of data that `dataCrc` covers; 0 where there is no such checksum. */
  dataSize: number;
  dataCrc: number;
}

/**
 * Reads an erase counter header (Linux `drivers/mtd/ubi/ubi-media.h`, struct ubi_ec_hdr, big endian).
 * @returns undefined where magic, version or checksum is wrong.
 */
export function ecHeader(bytes: Buffer): EcHeader | undefined {
  if (bytes.length < ecHeaderSize || bytes.toString('latin1', 0, 4) !== 'UBI#') return undefined;
  if (bytes[4] !== 1 || bytes.readUInt32BE(60) !== ubiCrc(bytes.subarray(0, 60))) return undefined;
  return { vidHeaderOffset: bytes.readUInt32BE(16), dataOffset: bytes.readUInt32BE(20) };
}

/** Reads a volume identifier header (struct ubi_vid_hdr); undefined where magic, version or checksum is wrong. */
export function vidHeader(bytes: Buffer): VidHeader | undefined {
  if (bytes.length < vidHeaderSize || bytes.toString('latin1', 0, 4) !== 'UBI!') return undefined;
  if (bytes[4] !== 1 || bytes.readUInt32BE(60) !== ubiCrc(bytes.subarray(0, 60))) return undefined;
  return {
    volume: bytes.readUInt32BE(8),
    logicalBlock: bytes.readUInt32BE(12),
    dataSize: bytes.readUInt32BE(20),
    usedBlocks: bytes.readUInt32BE(24),
    padding: bytes.readUInt32BE(28),
    dataCrc: bytes.readUInt32BE(32),
    sequence: bytes.readBigUInt64BE(40),
  };
}

/** What the volume table says of a volume. */
export interface VolumeRecord {
  id: number;
  name: string;
  isStatic: boolean;
  /** Logical eraseblocks that are reserved for it. */
  reservedBlocks: number;
  /** Bytes at the end of each that its alignment leaves unused. */
  padding: number;
  /** Whether it grows to what the chip has left, when UBI is attached for the first time. */
  autoresize: boolean;
}

/**
 * Reads a volume table (struct ubi_vtbl_record, up to 128 of them), in the order of volume numbers.
 * @returns undefined where a record's checksum is wrong.
 */
export function volumeRecords(table: Buffer): VolumeRecord[] | undefined {
  const records: VolumeRecord[] = [];
  const count = Math.min(mostVolumes, Math.floor(table.length / recordSize));
  for (let index = 0; index < count; index++) {
    const record = table.subarray(index * recordSize, (index + 1) * recordSize);
    if (record.readUInt32BE(168) !== ubiCrc(record.subarray(0, 168))) return undefined;
    const reservedBlocks = record.readUInt32BE(0);
    const nameLength = Math.min(127, record.readUInt16BE(14));
    if (reservedBlocks > 0)
      records.push({
        id: index,
        name: record.toString('utf8', 16, 16 + nameLength),
        isStatic: record[12] === 2,
        reservedBlocks,
        padding: record.readUInt32BE(8),
        autoresize: (record.readUInt8(144) & 1) !== 0,
      });
  }
  return records;
}

/** CRC-32 as UBI uses it: begun with all ones, and not inverted at the end. */
export const ubiCrc = (bytes: Uint8Array): number => ~crc32(bytes) >>> 0;
