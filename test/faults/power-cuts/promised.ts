/** What a power cut may lead to: as the plan of levitate says, and as far as a disk had kept its orders. */
import type { System } from './recording.js';
import type { DiskOrder } from './write-log.js';

/** A part of re-imaging a disk with a rescue. */
export const parts = ['before the rescue', 'in the write', 'after the switch'] as const;
export type Part = (typeof parts)[number];

/**
 * The orders by which the disk starts another system: the rescue, and the new one.
 * @throws where anything else writes the first sector of the disk
 */
export function turns(orders: readonly DiskOrder[]): { rescue: number; switch: number } {
  const found = [...orders.entries()].filter(
    ([, { offset, length }]) => offset === 0 && length > 0,
  );
  const [first, second, ...more] = found.map(([index]) => index);
  if (first === undefined || second === undefined || more.length > 0)
    throw new Error(`the first sector is written ${found.length} times, which must be two`);
  return { rescue: first, switch: second };
}

/** The part in which a disk is that was given so many orders. */
export function partAfter(orders: readonly DiskOrder[], count: number): Part {
  const turn = turns(orders);
  return parts[count <= turn.rescue ? 0 : count <= turn.switch ? 1 : 2]!;
}

/** The systems of which one must start: where the order that turns to the next one may still be in the cache, both. */
export function promisedAfter(orders: readonly DiskOrder[], count: number): System[] {
  const turn = turns(orders);
  const lasts = (index: number) =>
    orders.slice(index + 1, count).some(({ flushes }) => flushes) || orders[index]?.lasts === true;
  if (count <= turn.rescue) return ['old'];
  if (count <= turn.switch) return lasts(turn.rescue) ? ['rescue'] : ['old', 'rescue'];
  return lasts(turn.switch) ? ['new'] : ['rescue', 'new'];
}
