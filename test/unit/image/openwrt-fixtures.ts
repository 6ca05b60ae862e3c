import { crc32 } from 'node:zlib';

const record = (type: number, sum: number, size: number): Buffer => {
  const bytes = Buffer.alloc(16);
  bytes.write('FWx0', 'latin1');
  bytes.writeUInt32BE(sum >>> 0, 4);
  bytes.writeUInt8(type, 8);
  bytes.writeUInt32BE(size, 12);
  return bytes;
};

/** CRC-32 as fwtool takes it, of all of the file before the record: begun with ones, and not inverted at the end. */
const fwtoolSum = (bytes: Buffer): number => ~crc32(bytes);

/** Appends data and a record, as `fwtool -S` does with type 0, and `fwtool -I` with type 1 and a header of eight bytes. */
export function appended(
  file: Buffer,
  type: number,
  data: Buffer,
  sum: (file: Buffer, data: Buffer) => number = fwtoolSum,
): Buffer {
  const whole = Buffer.concat([file, data]);
  return Buffer.concat([whole, record(type, sum(whole, data), data.length + 16)]);
}

/** `fwtool -I`: metadata as JSON. */
export const withMetadata = (file: Buffer, metadata: unknown, sum = fwtoolSum): Buffer =>
  appended(file, 1, Buffer.concat([Buffer.alloc(8), Buffer.from(JSON.stringify(metadata))]), sum);

/** `fwtool -S`: a signature. */
export const withSignature = (file: Buffer): Buffer =>
  appended(file, 0, Buffer.from('untrusted comment: signed by key 0123456789abcdef\nRWQ='));
