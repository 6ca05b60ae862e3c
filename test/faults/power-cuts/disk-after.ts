/** A disk as a power cut leaves it: what was flushed is there, and of what came since then any part, down to single sectors. */
import { open, type FileHandle } from 'node:fs/promises';
import type { Random } from '../../fuzz/random.js';
import { sectorBytes as sector, type DiskOrder } from './write-log.js';

/**
 * Makes of a disk what it is when the power goes after some of its orders.
 * @param disk the file of the disk as it was before the first order
 * @param log the file with the data of the orders
 * @param count how many orders the disk has been given
 */
export async function cutAfter(
  disk: string,
  log: string,
  orders: readonly DiskOrder[],
  count: number,
  random: Random,
): Promise<void> {
  const given = orders.slice(0, count);
  const flushed = given.findLastIndex(({ flushes }) => flushes);
  const [to, from] = [await open(disk, 'r+'), await open(log)];
  try {
    for (const [index, order] of given.entries()) {
      const isSure = index < flushed || order.lasts;
      // Most of what a disk has in its cache is written in a moment; the last order is the one that is torn.
      const keeps = isSure ? () => true : partOf(order, random, index === count - 1);
      await apply(order, to, from, keeps);
    }
  } finally {
    await Promise.all([to.close(), from.close()]);
  }
}

/** Which sectors of an order the disk has written: all, none, or any of them. */
function partOf(order: DiskOrder, random: Random, isLast: boolean): (at: number) => boolean {
  const way = isLast ? random.below(3) : random.below(8);
  if (way === 0) return () => false;
  if (way === 1) return () => random.once(2);
  if (way === 2) {
    const written = random.below(order.length / sector + 1) * sector;
    return (at) => at < written;
  }
  return () => true;
}

async function apply(
  { offset, length, discards, at }: DiskOrder,
  to: FileHandle,
  from: FileHandle,
  keeps: (at: number) => boolean,
): Promise<void> {
  const data = Buffer.alloc(length);
  if (!discards) await from.read(data, 0, length, at);
  for (let start = 0; start < length;) {
    if (!keeps(start)) {
      start += sector;
      continue;
    }
    let end = start + sector;
    while (end < length && keeps(end)) end += sector;
    await to.write(data, start, end - start, offset + start);
    // Whether the sector at the end is kept was asked already.
    start = end + sector;
  }
}
