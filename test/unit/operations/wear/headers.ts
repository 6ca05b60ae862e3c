/** Erase counter headers of UBI, as hex (Linux `drivers/mtd/ubi/ubi-media.h`). */
import { crc32 } from 'node:zlib';

/** One that is valid. */
export function header(counter: number, sequence = 7): string {
  const bytes = Buffer.alloc(64);
  bytes.write('UBI#', 'latin1');
  bytes[4] = 1;
  bytes.writeBigUInt64BE(BigInt(counter), 8);
  bytes.writeUInt32BE(sequence, 24);
  bytes.writeUInt32BE(~crc32(bytes.subarray(0, 60)) >>> 0, 60);
  return bytes.toString('hex');
}

/** One of an eraseblock that is erased. */
export const erased = 'ff'.repeat(64);
/** One whose checksum is wrong. */
export const damaged = header(5).replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
/** One that could not be read. */
export const unread = '00'.repeat(64);
