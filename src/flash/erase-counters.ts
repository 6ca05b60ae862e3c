import { setTimeout as sleep } from 'node:timers/promises';
import { hasLoss, reportCounters, type CounterReport } from './counter-report.js';
import { counterOutcome, parseCounter } from './counters.js';
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

/** How often counters that are gone are looked for again, a second apart. */
const looksAgain = 3;

/**
 * Compares the erase counters after a write with those before it, and warns of each that is gone, went back or was averaged.
 * @throws LevitateError CONNECTION_LOST (the same call again carries on)
 */
export async function compareCounters(context: Context, job: Job): Promise<CounterReport> {
  const before = job.state.before.map(parseCounter);
  for (let looks = 0; ; looks += 1) {
    await readHeaders(context, job, job.state.after);
    const report = reportCounters(before, job.state.after.map(parseCounter));
    // UBI erases in the background, and an eraseblock has no header for the moment until UBI has written the new one.
    if (report.lost > 0 && looks < looksAgain) {
      job.state.after = [];
      await sleep(1000, undefined, context.signal ? { signal: context.signal } : {});
      continue;
    }
    if (hasLoss(report)) warn(context, `${job.target}: ${lossOf(report)}.`);
    return report;
  }
}

const lossOf = ({ lost, reset, averaged }: CounterReport): string =>
  [
    ...(lost > 0 ? [`${lost} erase counters were lost`] : []),
    ...(reset > 0 ? [`${reset} erase counters went back`] : []),
    ...(averaged > 0 ? [`${averaged} erase counters were averaged`] : []),
  ].join(', ');

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
