import { reservedSectors, sector, type FatGeometry } from './geometry.js';

/** A run of clusters, and what is in it. */
export interface ClusterRun {
  /** The number of the first one. */
  first: number;
  /** How many there are. */
  count: number;
  /** Missing where it is put there later. */
  content?: Uint8Array;
}

const endOfChain = 0x0fffffff;

/** Makes the first sector of a volume. Pure. */
export function volumeSector({ sectors, tableSectors }: FatGeometry, startSector: number): Buffer {
  const made = Buffer.alloc(sector);
  made.set([0xeb, 0x58, 0x90]);
  made.write('LEVITATE', 3, 'latin1');
  made.writeUInt16LE(sector, 11);
  made.writeUInt8(1, 13);
  made.writeUInt16LE(reservedSectors, 14);
  made.writeUInt8(2, 16);
  made.writeUInt8(0xf8, 21);
  made.writeUInt16LE(63, 24);
  made.writeUInt16LE(255, 26);
  // Nothing that levitate has to do with reads this number, which has no room for a sector behind 2 TiB.
  made.writeUInt32LE(startSector % 2 ** 32, 28);
  made.writeUInt32LE(sectors, 32);
  made.writeUInt32LE(tableSectors, 36);
  made.writeUInt32LE(2, 44);
  made.writeUInt16LE(1, 48);
  made.writeUInt16LE(6, 50);
  made.writeUInt8(0x80, 64);
  made.writeUInt8(0x29, 66);
  made.writeUInt32LE(sectors, 67);
  made.write('LEVITATE   FAT32   ', 71, 'latin1');
  made.writeUInt16LE(0xaa55, 510);
  return made;
}

/** Makes the sector that tells how many clusters are free, and which is the first of them. Pure. */
export function informationSector(free: number, next: number): Buffer {
  const made = Buffer.alloc(sector);
  made.writeUInt32LE(0x41615252, 0);
  made.writeUInt32LE(0x61417272, 484);
  made.writeUInt32LE(free, 488);
  made.writeUInt32LE(next, 492);
  made.writeUInt16LE(0xaa55, 510);
  return made;
}

/** Makes a table, in which each cluster names the next one of its file. Pure. */
export function fatTable({ tableSectors }: FatGeometry, runs: readonly ClusterRun[]): Buffer {
  const made = Buffer.alloc(tableSectors * sector);
  made.writeUInt32LE(0x0ffffff8, 0);
  made.writeUInt32LE(endOfChain, 4);
  for (const { first, count } of runs)
    for (let nth = 0; nth < count; nth += 1) {
      const isLast = nth === count - 1;
      made.writeUInt32LE(isLast ? endOfChain : first + nth + 1, (first + nth) * 4);
    }
  return made;
}
