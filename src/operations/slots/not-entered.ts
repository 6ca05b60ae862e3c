import type { Check } from '../../progress.js';
import { secondsSince } from '../../shared/seconds-since.js';
import type { EnterResult } from '../enter/enter.js';

/** What `enter` would give of a device that goes on in its own system. */
export const notEntered = (
  host: string,
  bootId: string,
  checks: Check[],
  started: number,
): EnterResult => ({
  ...{ host, checks, entered: false, already: false },
  ...{ seconds: secondsSince(started), bootId },
});
