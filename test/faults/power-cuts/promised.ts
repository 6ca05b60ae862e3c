/** What a power cut may lead to: as the plan of levitate says, and as far as a disk had kept its orders. */
import type { System } from './recording.js';
import { sectorBytes, type DiskOrder } from './write-log.js';

/** A part of re-imaging a disk with a rescue. */
export const parts = ['before the rescue', 'in the write', 'after the switch'] as const;
export type Part = (typeof parts)[number];

/** The orders by which the disk starts another system: the rescue, and the new one. */
export interface Turns {
  rescue: number;
  switch: number;
}

/**
 * Finds these orders, each the first of its turn: what is written in one turn has nothing but flushes between it.
 * @param sector the sector that says which system the disk starts
 * @throws where anything else writes that sector
 */
export function turnsOf(orders: readonly DiskOrder[], sector: number): Turns {
  const at = sector * sectorBytes;
  const found: number[] = [];
  let isTurning = false;
  for (const [index, { offset, length }] of orders.entries()) {
    if (length === 0) continue;
    const writes = offset <= at && offset + length > at;
    if (writes && !isTurning) found.push(index);
    isTurning = writes;
  }
  const [first, second, ...more] = found;
  if (first === undefined || second === undefined || more.length > 0)
    throw new Error(`sector ${sector} is written ${found.length} times, which must be two`);
  return { rescue: first, switch: second };
}

/** The part in which a disk is that was given so many orders. */
export function partAfter(turn: Turns, count: number): Part {
  return parts[count <= turn.rescue ? 0 : count <= turn.switch ? 1 : 2]!;
}

/** The systems of which one must start: where the order that turns to the next one may still be in the cache, both. */
export function promisedAfter(orders: readonly DiskOrder[], turn: Turns, count: number): System[] {
  const lasts = (index: number) =>
    orders.slice(index + 1, count).some(({ flushes }) => flushes) || orders[index]?.lasts === true;
  if (count <= turn.rescue) return ['old'];
  if (count <= turn.switch) return lasts(turn.rescue) ? ['rescue'] : ['old', 'rescue'];
  return lasts(turn.switch) ? ['new'] : ['rescue', 'new'];
}
