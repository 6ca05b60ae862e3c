import type { Check, Verdict } from '../../progress.js';

/** Seconds for people: `3.2 s`, `1:05 min`. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${minutes(Math.round(seconds))} min`;
}

/** Whole seconds as `0:37`. */
export const minutes = (whole: number): string =>
  `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;

/** A bar of 20 cells. */
export function bar(done: number, total: number): string {
  const cells = total > 0 ? Math.min(20, Math.floor((done / total) * 20)) : 20;
  return `[${'#'.repeat(cells)}${'.'.repeat(20 - cells)}]`;
}

const marks: Record<Verdict, string> = { ok: 'ok     ', warning: 'warning', refusal: 'REFUSED' };

/** A row of the preflight table, its advice below it. */
export const checkLines = ({ name, verdict, found, advice }: Check): string[] => [
  `    ${marks[verdict]}  ${name.padEnd(13)} ${found}`,
  ...(advice ? [`             ${' '.repeat(13)} ${advice}`] : []),
];
