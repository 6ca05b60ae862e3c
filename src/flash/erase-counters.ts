import {
  counterOutcome,
  lostCounters,
  parseCounter,
  summarise,
  type CounterReport,
} from './counters.js';
import type { Consent, Context, Job, Refusal, TargetFacts } from './kind.js';
import { warn } from '../progress.js';
import { checkTurn } from './pieces.js';

/**
 * Gives the facts of a target with the erase counter header of each eraseblock of the MTD under it, and keeps the headers in
 * the job's state.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on)
 */
export async function inspectCounters(context: Context, job: Job): Promise<TargetFacts> {
  await readHeaders(context, job, job.state.before);
  return { ...job.facts, headers: job.state.before };
}

/**
 * Tells why ubiformat(8) must not write to the MTD: it would average or zero the erase counters, and nobody consented.
 * It gives nothing where it may, or where the headers were not read. Pure.
 */
export function counterRefusal(
  { name, headers, bad_blocks = 0 }: TargetFacts,
  { acceptCounterLoss }: Consent,
): Refusal | undefined {
  if (headers === undefined || acceptCounterLoss) return undefined;
  const outcome = counterOutcome(headers.map(parseCounter), bad_blocks);
  if (outcome === 'kept') return undefined;
  return {
    code: 'COUNTERS_AT_RISK',
    message: `so few erase counters of ${name} can be read that they would be ${outcome}`,
    hint: 'If that is right for this flash, consent with --accept-counter-loss.',
  };
}

/**
 * Compares the erase counters after a write with those before it, and warns of each that is gone or went back.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on)
 */
export async function compareCounters(context: Context, job: Job): Promise<CounterReport> {
  await readHeaders(context, job, job.state.after);
  const before = job.state.before.map(parseCounter);
  const after = job.state.after.map(parseCounter);
  const lost = lostCounters(before, after).length;
  if (lost > 0) warn(context, `${job.target}: ${lost} erase counters were lost or went back.`);
  return { before: summarise(before), after: summarise(after), lost };
}

/** Reads the erase counter header of each eraseblock of the MTD under a target, as hex, and adds it to what was read. */
export async function readHeaders(
  { flasher }: Context,
  { facts, state }: Job,
  into: string[],
): Promise<void> {
  const { mtd_size: below, size, peb_size: eraseSize = 1 } = facts;
  const count = Math.floor((below ?? size) / Math.max(1, eraseSize));
  await flasher.counters(into.length, ({ index, header }) => {
    checkTurn('peb', index, into.length, count);
    into.push(header);
    state.progress += 1;
  });
}
