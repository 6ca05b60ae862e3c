import { LevitateError } from '../../errors.js';
import type { Check } from '../../progress.js';

/**
 * Refuses what any row of a preflight refuses, and says all of them at once. Pure.
 * @throws LevitateError PREFLIGHT_REFUSED
 */
export function refuseOnChecks(checks: Check[]): void {
  const refusals = checks.filter(({ verdict }) => verdict === 'refusal');
  if (refusals.length === 0) return;
  throw new LevitateError(
    'PREFLIGHT_REFUSED',
    refusals.map(({ name, found }) => `${name}: ${found}`).join('\n'),
    { hint: refusals.map(({ advice }) => advice).join('\n'), data: { checks } },
  );
}
