/**
 * Seconds that have passed, to the millisecond.
 * @param started what `performance.now()` gave at the beginning
 */
export const secondsSince = (started: number): number =>
  Math.round(performance.now() - started) / 1000;
