import type { Check, Verdict } from '../../progress.js';
import { wrapped } from './wrapped.js';

/** Seconds for people: `3.2 s`, `1:05 min`. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${minutes(Math.round(seconds))} min`;
}

/** Seconds for people, as an estimate: `under a minute`, `about 4 min`, `about 1.5 h`. */
export function roughly(seconds: number): string {
  if (seconds < 55) return 'under a minute';
  const whole = Math.ceil(seconds / 60);
  return whole < 90 ? `about ${whole} min` : `about ${Number((seconds / 3600).toFixed(1))} h`;
}

/** Whole seconds as `0:37`. */
export const minutes = (whole: number): string =>
  `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;

/** A bar of 20 cells and a blank, or of what there is room for; nothing where that is too little to tell anything. */
export function bar(done: number, total: number, room = 20): string {
  const cells = Math.min(20, room);
  if (cells < 5) return '';
  const full = total > 0 ? Math.min(cells, Math.floor((done / total) * cells)) : cells;
  return `[${'#'.repeat(full)}${'.'.repeat(cells - full)}] `;
}

const marks: Record<Verdict, string> = { ok: 'ok     ', warning: 'warning', refusal: 'REFUSED' };

/** A row of the preflight table, its advice below it; within so many columns if they are told. */
export const checkLines = (
  { name, verdict, found, advice }: Check,
  columns = Infinity,
): string[] => {
  const label = `    ${marks[verdict]}  ${name.padEnd(13)} `;
  return [
    ...wrapped(label, found, columns),
    ...(advice ? wrapped(' '.repeat(label.length), advice, columns) : []),
  ];
};

/** What the refusals among the rows say, for people who do not see the rows; none where nothing is refused. */
export const refusalLines = (checks: Check[]): string[] =>
  checks
    .filter(({ verdict }) => verdict === 'refusal')
    .map(({ name, found, advice }) => `${name}: ${found}${advice ? `\n${advice}` : ''}`);
