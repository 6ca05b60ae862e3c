/** What a disk was told, in its order, as QEMU's `blklogwrites` keeps it: the format of dm-log-writes (kernel doc log-writes.rst). */
import { open, type FileHandle } from 'node:fs/promises';

/** Bytes that a disk writes whole or not at all. */
export const sectorBytes = 512;

/** One order to a disk. */
export interface DiskOrder {
  /** The byte of the disk at which it begins. */
  offset: number;
  /** Its bytes; 0 where it is a flush alone. */
  length: number;
  /** Whether all that came before it lasts from then on. */
  flushes: boolean;
  /** Whether it lasts itself as soon as it is done. */
  lasts: boolean;
  /** Whether it takes the bytes away, and brings none. */
  discards: boolean;
  /** The byte of the log behind it. */
  end: number;
  /** The byte of the log at which its data begin. */
  at: number;
}

const magic = 0x6a736677736872n;
const flag = { flush: 1n, fua: 2n, discard: 4n };

/** Reads the orders of a log; one that is not whole at its end is left out. */
export async function readOrders(path: string): Promise<DiskOrder[]> {
  const file = await open(path);
  try {
    const head = await read(file, 0, 28);
    if (head.length < 28 || head.readBigUInt64LE(0) !== magic)
      throw new Error(`${path} is no log of writes`);
    const sector = head.readUInt32LE(24);
    const { size } = await file.stat();
    const orders: DiskOrder[] = [];
    for (let at = sector; at + sector <= size;) {
      const entry = await read(file, at, 32);
      const flags = entry.readBigUInt64LE(16);
      const length = Number(entry.readBigUInt64LE(8)) * sector;
      const discards = (flags & flag.discard) !== 0n;
      const data = at + sector;
      const end = data + (discards ? 0 : length);
      if (end > size || (flags === 0n && length === 0)) break;
      orders.push({
        offset: Number(entry.readBigUInt64LE(0)) * sector,
        length,
        flushes: (flags & flag.flush) !== 0n,
        lasts: (flags & flag.fua) !== 0n,
        discards,
        end,
        at: data,
      });
      at = end;
    }
    return orders;
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, at);
  return buffer.subarray(0, bytesRead);
}
