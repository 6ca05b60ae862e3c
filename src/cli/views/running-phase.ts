import type { Phase, Progress } from '../../progress.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { bar, clock, minutes } from './format.js';

type Told<Type> = Extract<Progress, { type: Type }>;

/** The phase that runs, or the time between two, and what it has told of itself. */
export interface RunningPhase {
  phase: Phase | 'working';
  /** What the work is done on. */
  subject?: string;
  /** When it began: milliseconds of `performance.now`. */
  began: number;
  /** The bytes that it told of last. */
  bytes?: Told<'bytes'>;
  /** Bytes that were done with before it began to count. */
  firstDone?: number;
  /** Bytes a second, as far as its bytes tell. */
  rate?: number;
  /** Seconds that it still takes, as far as its bytes tell. */
  leftSeconds?: number | undefined;
  /** What it waits for. */
  waiting?: Told<'waiting'>;
}

/** How the phase that runs is shown. */
export interface ShownPhases {
  /** After how many milliseconds `tick` is to be called again. */
  tickMs: number;
  begin(now: RunningPhase): void;
  /** Some time has passed. */
  tick(now: RunningPhase): void;
  /** It has told of bytes, or of what it waits for. */
  told(now: RunningPhase, event: Told<'bytes' | 'waiting'>): void;
  end(event: { phase: Phase; subject?: string; seconds: number }): void;
}

/** A phase that begins now. */
export const runningPhase = (
  about: Pick<RunningPhase, 'phase' | 'subject'> = { phase: 'working' },
) => {
  const { phase, subject } = about;
  const began = performance.now();
  return { phase, ...(subject === undefined ? {} : { subject }), began } satisfies RunningPhase;
};

/** What a line about a phase begins with. */
export const titleOf = ({ phase, subject = '' }: { phase: string; subject?: string }): string =>
  `  ${phase.padEnd(12)}${subject}`;

/** The line about a phase that has ended. */
export const endText = (seconds: number, title: string): string =>
  `${title.padEnd(36)} ${clock(seconds)}`;

/** Takes notice of bytes: of how fast they go, and of how long they will. Where nothing was done yet, nothing tells. */
export function measure(now: RunningPhase, event: Told<'bytes'>): void {
  const { done, total } = event;
  now.bytes = event;
  now.firstDone ??= done;
  const seconds = Math.max(0.001, (performance.now() - now.began) / 1000);
  now.rate = (done - now.firstDone) / seconds;
  now.leftSeconds = now.rate > 0 ? (total - done) / now.rate : undefined;
}

/** How far its bytes are, in so many columns. What is left counts most: on a narrow terminal the bar goes, and then the rate. */
export function bytesText(
  { rate = 0, leftSeconds }: RunningPhase,
  bytes: Told<'bytes'>,
  columns: number,
): string {
  const [done, total] = [formatBytes(bytes.done), formatBytes(bytes.total)];
  const left = `${leftSeconds === undefined ? '?' : clock(leftSeconds)} left`;
  const unit = / .*$/.exec(total)?.[0] ?? '';
  const number = done.endsWith(unit) ? done.slice(0, -unit.length) : done;
  const short = `${number} of ${total}`;
  const { package: at, packages } = bytes;
  const item = at === undefined ? '' : `package ${at} of ${packages}  `;
  const texts = [
    `${item}${done} of ${total}  ${formatBytes(rate)}/s  ${left}`,
    `${item}${short}  ${formatBytes(rate)}/s  ${left}`,
    `${item}${short}  ${left}`,
    `${item}${left}`,
  ];
  const text = texts.find(({ length }) => length <= columns) ?? texts.at(-1)!;
  return `${bar(bytes.done, bytes.total, columns - text.length - 4)}${text}`;
}

/** Whether all its bytes are done with, and it goes on: a device may have to write what it has got. */
export const isWhole = ({ bytes }: RunningPhase): boolean =>
  bytes !== undefined && bytes.done >= bytes.total;

/** How long it has run; of one that waits also for how long it will, and what the last attempt came to. */
export function sinceText(now: RunningPhase): string {
  const { began, bytes, waiting } = now;
  const since = minutes(Math.floor((performance.now() - began) / 1000));
  if (bytes && isWhole(now)) return `${formatBytes(bytes.done)}, finishing … ${since}`;
  if (!waiting) return since;
  const last = waiting.last === undefined ? '' : `  last: ${waiting.last}`;
  return `${since} of ${minutes(Math.floor(waiting.limit))}${last}`;
}
