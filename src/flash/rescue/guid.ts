import { createHash } from 'node:crypto';

/** The type of a partition that firmware starts from, in the order of its bytes on disk (UEFI 2.10, §5.3.3). */
export const systemPartitionType = Buffer.from('28732ac11ff8d211ba4b00a0c93ec93b', 'hex');

/**
 * A GUID in the order of its bytes on disk, always the same one for the same text (RFC 9562, version 8). Pure.
 */
export function guidOf(text: string): Buffer {
  const made = createHash('sha256').update(text).digest().subarray(0, 16);
  made.writeUInt8((made.readUInt8(7) & 0x0f) | 0x80, 7);
  made.writeUInt8((made.readUInt8(8) & 0x3f) | 0x80, 8);
  return made;
}
