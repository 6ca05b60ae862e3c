import type { RolloutPlan } from './plan.js';

/** Whether a moment is in the time of the day in which devices begin. One that ends before it begins goes over midnight. Pure. */
export function isWithin(window: RolloutPlan['window'], now: Date): boolean {
  if (!window) return true;
  const { from, to, zone } = window;
  const clock = new Intl.DateTimeFormat('en-GB', {
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone },
  }).format(now);
  return from <= to ? from <= clock && clock < to : from <= clock || clock < to;
}
