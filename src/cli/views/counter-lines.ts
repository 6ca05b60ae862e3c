import type { CounterReport, CounterSummary } from '../../operations/flash/flash.js';

/** What became of erase counters, for people: lowest, mean and highest at both times, and what was lost. */
export const comparedLines = (
  { before, after, lost, reset, averaged }: CounterReport,
  then = 'erase counters before',
  now = 'erase counters after',
): string[] => [
  `  ${`${then}:`.padEnd(now.length + 1)} ${inWords(before)}`,
  `  ${`${now}:`.padEnd(then.length + 1)} ${inWords(after)}`,
  `  lost: ${lost || 'none'}, reset: ${reset || 'none'}, averaged: ${averaged || 'none'}`,
];

/** The numbers of erase counters in words. */
export const inWords = ({ valid, lowest, mean, highest }: CounterSummary): string =>
  valid === 0 ? 'none' : `lowest ${lowest}, mean ${mean}, highest ${highest}`;

/** Where the picture is that was asked for. */
export const pictureLine = ({ svg }: { svg?: string }): string[] =>
  svg === undefined ? [] : [`The picture of the erase counters is in ${svg}.`];
