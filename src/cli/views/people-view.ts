import type { Phase, Progress } from '../../progress.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { bar, checkLines, clock, minutes } from './format.js';
import type { Output } from '../output.js';
import { followAhead } from './ahead.js';
import { errorText, type View } from './view.js';
import { wrapped } from './wrapped.js';

/** How often bytes draw the live line, and after how long without them it is drawn anew by itself, in milliseconds. */
const drawEveryMs = 100;
const tickEveryMs = 1000;
/** On no terminal, how often a line tells how far a long phase has come, in milliseconds. */
const logEveryMs = 10_000;
/** On no terminal, after how long without such a line one says that a phase still runs, in milliseconds. */
const logTickMs = logEveryMs + tickEveryMs;

/** The phase that runs. */
interface Running {
  title: string;
  phase: Phase;
  /** When it began, and when a line about it was drawn last: milliseconds of `performance.now`. */
  began: number;
  drawn: number;
  /** Bytes that were done with before it began to count. */
  firstDone?: number;
  /** Seconds that it still takes, as far as its bytes tell. */
  leftSeconds?: number | undefined;
  waiting?: Extract<Progress, { type: 'waiting' }>;
}

/**
 * A line per phase for people: on a terminal the one that runs is live, with a bar, bytes, rate and time left, or with what
 * is waited for, above what is to come and the time left of the whole. It ticks, and so does the time between two; in a log
 * a line tells the same now and then, and what is to come once.
 */
export function peopleView(out: Output, err: Output): View {
  let running: Running | undefined;
  let idleSince = performance.now();
  const ahead = followAhead();

  /** A log has no end of a line. */
  const columns = () => (out.isTerminal ? out.columns : Infinity);
  const begin = (event: Extract<Progress, { type: 'phase' }>) => {
    const began = performance.now();
    running = { title: titleOf(event), phase: event.phase, began, drawn: began };
    live(`  ${running.title} …`);
  };
  const live = (text: string) => {
    const seconds = running ? (performance.now() - running.began) / 1000 : 0;
    const more = ahead.line(columns() - 1, seconds, running?.leftSeconds);
    out.live(more === undefined ? text : `${text}\n${more}`);
  };
  const end = () => {
    running = undefined;
    idleSince = performance.now();
  };
  /** Draws a line about the phase that runs, unless one was drawn a moment ago. */
  const draw = (now: Running, text: string, isLast = false) => {
    const at = performance.now();
    const every = out.redraws ? drawEveryMs : logEveryMs;
    if (at - now.drawn < every && !(isLast && out.redraws)) return;
    now.drawn = at;
    if (out.redraws) live(text);
    else out.line(text);
  };
  const tick = () => {
    const at = performance.now();
    if (!out.redraws) {
      if (running && at - running.drawn >= logTickMs) draw(running, tickOf(running));
    } else if (!running) live(`  ${'working'.padEnd(12)} … ${since(idleSince)}`);
    else if (at - running.drawn >= tickEveryMs) draw(running, tickOf(running));
  };
  const ticker = setInterval(tick, tickEveryMs).unref();

  const show = (event: Progress) => {
    ahead.show(event);
    switch (event.type) {
      case 'ahead': {
        const line = out.redraws ? undefined : ahead.line(Infinity, 0);
        const [, label = '', text = ''] = /^( +to come +)(.*)$/.exec(line ?? '') ?? [];
        if (line !== undefined) wrapped(label, text, columns()).forEach(out.line);
        return;
      }
      case 'phase':
        if (event.state === 'start') return begin(event);
        end();
        return out.line(`  ${titleOf(event).padEnd(34)} ${clock(event.seconds)}`);
      case 'bytes': {
        running ??= {
          title: titleOf(event),
          phase: event.phase,
          began: performance.now(),
          drawn: 0,
        };
        const { rate, left } = speedOf(running, event);
        running.leftSeconds = left;
        if (rate > 0) ahead.goes(event.phase, rate);
        return draw(running, bytesOf(event, rate, left, columns()), event.done >= event.total);
      }
      case 'waiting':
        if (!running) return;
        running.waiting = event;
        return draw(running, tickOf(running));
      case 'check':
        return checkLines(event, columns()).forEach(out.line);
      case 'debug':
        return out.text(quoting(event.message), '  ');
      case 'note':
        return out.text(quoting(event.message), event.level === 'warning' ? '  warning: ' : '  ');
    }
  };
  return {
    show,
    result: (_command, _value, lines, failure = []) => {
      clearInterval(ticker);
      out.clear();
      lines.forEach(out.line);
      // On one terminal the lines have said it.
      if (!out.isTerminal || !err.isTerminal) failure.forEach((text) => err.text(text));
    },
    error: (error) => {
      clearInterval(ticker);
      out.clear();
      err.text(errorText(error));
    },
  };
}

/** A message may quote a device, whose lines must not look like levitate's own. */
const quoting = (message: string): string => message.replace(/\r?\n/g, '\n  ');

const titleOf = (event: { phase: string; subject?: string }) =>
  `${event.phase.padEnd(12)}${event.subject ?? ''}`;

/** How long it is since then, as `0:37`. */
const since = (then: number): string => minutes(Math.floor((performance.now() - then) / 1000));

/** How long the phase has run; of one that waits also for how long it will, and what the last attempt came to. */
function tickOf({ title, phase, began, waiting }: Running): string {
  if (!waiting) return `  ${title} … ${since(began)}`;
  const last = waiting.last === undefined ? '' : `  last: ${waiting.last}`;
  return `  ${phase.padEnd(12)}${since(began)} of ${minutes(Math.floor(waiting.limit))}${last}`;
}

/** Bytes a second, and seconds that are left; where nothing was done yet, nothing tells. */
function speedOf(
  now: Running,
  { done, total }: Extract<Progress, { type: 'bytes' }>,
): { rate: number; left: number | undefined } {
  now.firstDone ??= done;
  const seconds = Math.max(0.001, (performance.now() - now.began) / 1000);
  const rate = (done - now.firstDone) / seconds;
  return { rate, left: rate > 0 ? (total - done) / rate : undefined };
}

function bytesOf(
  { phase, done, total }: Extract<Progress, { type: 'bytes' }>,
  rate: number,
  left: number | undefined,
  columns: number,
): string {
  const text = `${formatBytes(done)} of ${formatBytes(total)}  ${formatBytes(rate)}/s  ${left === undefined ? '?' : clock(left)} left`;
  // What is left counts more than the bar, on a narrow terminal.
  return `  ${phase.padEnd(12)}${bar(done, total, columns - text.length - 18)}${text}`;
}
