import { Help } from 'commander';
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

/** A text behind a label, in lines of so many columns that begin below the text. */
export function wrapped(label: string, text: string, columns: number): string[] {
  const width = Math.max(20, columns - label.length);
  const lines = new Help().boxWrap(text, width).split('\n');
  return lines.map((line, index) => `${index === 0 ? label : ' '.repeat(label.length)}${line}`);
}

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
