import { describeHolder, describeHolders, type Holder } from '../../operations/holders.js';
import type { StatusResult } from '../../operations/status.js';
import { clock } from './format.js';

/** Where a device is, for people. */
export function statusLines(result: StatusResult): string[] {
  const { host, where, maintenance, incompatible, journal, reason } = result;
  if (where === 'unreachable') return [`${host} does not answer: ${reason ?? ''}`];
  if (incompatible)
    return [
      `${host} is in maintenance, made by levitate ${incompatible.version}, whose flasher speaks another protocol than this levitate.`,
      `Use that version, or go back: levitate leave ${host}`,
    ];
  if (!maintenance) {
    const what = {
      staged: 'a maintenance root is staged',
      armed: 'armed: prepared to step into maintenance',
    };
    return [
      `${host} runs its own system (${result.init ?? 'unknown'} init)${where in what ? `, ${what[where as keyof typeof what]}` : ''}.`,
      ...(result.rebootReason ? [`Before it booted, levitate said: ${result.rebootReason}`] : []),
      ...(result.installed ? [`Installed archive: ${result.installed}`] : []),
    ];
  }
  return [
    `${host} has been in maintenance (${maintenance.name}) for ${clock(maintenance.seconds)}; ${maintenance.touched ? 'its flash was written to' : 'nothing was written'}.`,
    ...maintenance.held.map((held) => `  still held: ${describeHolder(held)}`),
    ...maintenance.modules_failed.map((failed) => `  kernel module ${failed}`),
    ...Object.entries(maintenance.holders).map(([target, holders]) => proof(target, holders)),
    ...Object.entries(maintenance.targets).map(
      ([mark, state]) => `  ${mark}: ${writes[state] ?? state}`,
    ),
    ...(maintenance.lease
      ? [`  ${maintenance.lease.owner} has been writing for ${clock(maintenance.lease.seconds)}`]
      : []),
    ...(journal ?? []).map(({ seconds, event }) => `  ${String(seconds).padStart(6)} s  ${event}`),
  ];
}

/** What became of a place that was written to, which its mark (`KIND-PLACE`) names. */
const writes: Record<string, string> = {
  touched: 'written to, and not read back whole',
  verified: 'written, and read back whole',
};

const proof = (target: string, holders: Holder[] | null): string =>
  `  ${target}: ${holders === null ? 'not on this device, or there more than once' : holders.length === 0 ? 'nothing stands on it' : `in use by ${describeHolders(holders)}`}`;
