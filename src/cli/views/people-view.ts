import type { Phase, Progress } from '../../progress.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { bar, checkLines, clock, minutes } from './format.js';
import type { Output } from '../output.js';
import { errorText, type View } from './view.js';

/** How often bytes draw the live line, and after how long without them it is drawn anew by itself, in milliseconds. */
const drawEveryMs = 100;
const tickEveryMs = 1000;
/** On no terminal, how often a line tells how far a long phase has come, in milliseconds. */
const logEveryMs = 10_000;

/** The phase that runs. */
interface Running {
  title: string;
  phase: Phase;
  /** When it began, and when a line about it was drawn last: milliseconds of `performance.now`. */
  began: number;
  drawn: number;
  /** Bytes that were done with before it began to count. */
  firstDone?: number;
  waiting?: Extract<Progress, { type: 'waiting' }>;
}

/**
 * A line per phase for people: on a terminal the one that runs is live, with a bar, bytes, rate and time left, or with what
 * is waited for, and it ticks, and so does the time between two; in a log a line tells the same now and then.
 */
export function peopleView(out: Output, err: Output): View {
  let running: Running | undefined;
  let idleSince = performance.now();

  /** A log has no end of a line. */
  const columns = () => (out.isTerminal ? out.columns : Infinity);
  const begin = (event: Extract<Progress, { type: 'phase' }>) => {
    const began = performance.now();
    running = { title: titleOf(event), phase: event.phase, began, drawn: began };
    out.live(`  ${running.title} …`);
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
    if (out.redraws) out.live(text);
    else out.line(text);
  };
  const tick = () => {
    const at = performance.now();
    if (!running) out.live(`  ${'working'.padEnd(12)} … ${since(idleSince)}`);
    else if (at - running.drawn >= tickEveryMs) draw(running, tickOf(running));
  };
  const ticker = out.redraws ? setInterval(tick, tickEveryMs).unref() : undefined;

  const show = (event: Progress) => {
    switch (event.type) {
      case 'phase':
        if (event.state === 'start') return begin(event);
        end();
        return out.line(`  ${titleOf(event).padEnd(34)} ${clock(event.seconds)}`);
      case 'bytes':
        running ??= {
          title: titleOf(event),
          phase: event.phase,
          began: performance.now(),
          drawn: 0,
        };
        return draw(running, bytesOf(running, event, columns()), event.done >= event.total);
      case 'waiting':
        if (!running) return;
        running.waiting = event;
        return draw(running, tickOf(running));
      case 'check':
        return checkLines(event, columns()).forEach(out.line);
      case 'debug':
        return out.text(`  ${event.message}`);
      case 'note':
        // A message may quote a device, whose lines must not look like levitate's own.
        return out.text(
          `  ${event.level === 'warning' ? 'warning: ' : ''}${event.message.replaceAll('\n', '\n    ')}`,
        );
    }
  };
  return {
    show,
    result: (_command, _value, lines, failure = []) => {
      clearInterval(ticker);
      out.clear();
      lines.forEach(out.line);
      // On one terminal the lines have said it.
      if (!out.isTerminal || !err.isTerminal) failure.forEach(err.text);
    },
    error: (error) => {
      clearInterval(ticker);
      out.clear();
      err.text(errorText(error));
    },
  };
}

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

function bytesOf(
  now: Running,
  { phase, done, total }: Extract<Progress, { type: 'bytes' }>,
  columns: number,
): string {
  now.firstDone ??= done;
  const seconds = Math.max(0.001, (performance.now() - now.began) / 1000);
  const rate = (done - now.firstDone) / seconds;
  const left = rate > 0 ? clock((total - done) / rate) : '?';
  const text = `${formatBytes(done)} of ${formatBytes(total)}  ${formatBytes(rate)}/s  ${left} left`;
  // What is left counts more than the bar, on a narrow terminal.
  return `  ${phase.padEnd(12)}${bar(done, total, columns - text.length - 18)}${text}`;
}
