import type { Progress } from '../../progress.js';
import { formatBytes } from '../../shared/format-bytes.js';
import { bar, checkLines, clock } from './format.js';
import type { Output } from '../output.js';
import { errorText, type View } from './view.js';

/** On no terminal, how often a line tells how far a long phase has come, in milliseconds. */
const logEveryMs = 10_000;

/**
 * A line per phase for people: on a terminal the one that runs is live, with a bar, bytes, rate and time left; in a log a line
 * tells the same now and then.
 */
export function peopleView(out: Output, err: Output): View {
  let began = 0;
  let drawn = 0;
  let firstDone = 0;
  const title = (event: { phase: string; subject?: string }) =>
    `${event.phase.padEnd(12)}${event.subject ?? ''}`;

  const tell = (text: string) => (out.isTerminal ? out.live(text) : out.line(text));

  const show = (event: Progress) => {
    switch (event.type) {
      case 'phase':
        if (event.state === 'done')
          return out.line(`  ${title(event).padEnd(34)} ${clock(event.seconds)}`);
        began = performance.now();
        drawn = out.isTerminal ? 0 : began;
        firstDone = -1;
        return out.live(`  ${title(event)} …`);
      case 'bytes': {
        const now = performance.now();
        if (firstDone < 0) firstDone = event.done;
        const isLast = out.isTerminal && event.done >= event.total;
        if (now - drawn < (out.isTerminal ? 100 : logEveryMs) && !isLast) return;
        drawn = now;
        const rate = (event.done - firstDone) / Math.max(0.001, (now - began) / 1000);
        const left = rate > 0 ? clock((event.total - event.done) / rate) : '?';
        return tell(
          `  ${event.phase.padEnd(12)}${bar(event.done, event.total)} ${formatBytes(event.done)} of ${formatBytes(event.total)}  ${formatBytes(rate)}/s  ${left} left`,
        );
      }
      case 'check':
        return checkLines(event).forEach(out.line);
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
    result: (_command, _value, lines) => lines.forEach(out.line),
    error: (error) => {
      out.clear();
      err.text(errorText(error));
    },
  };
}
