import type { WriteStream } from 'node:tty';
import type { Progress } from '../progress.js';
import { bar, bytes, checkLines, clock } from './format.js';
import type { View } from './view.js';

/** A line per phase for people: the one that runs is live, with a bar, bytes, rate and time left. */
export function terminalView(out: WriteStream): View {
  let live = '';
  let began = 0;
  let drawn = 0;
  let firstDone = 0;
  const clear = () => {
    if (live) out.write('\r\x1b[K');
    live = '';
  };
  const draw = (text: string) => {
    clear();
    live = text.slice(0, Math.max(20, out.columns - 1));
    out.write(live);
  };
  const line = (text: string) => {
    clear();
    out.write(`${text}\n`);
  };
  const title = (event: { phase: string; subject?: string }) =>
    `${event.phase.padEnd(12)}${event.subject ?? ''}`;

  const show = (event: Progress) => {
    switch (event.type) {
      case 'phase':
        if (event.state === 'done')
          return line(`  ${title(event).padEnd(34)} ${clock(event.seconds)}`);
        began = performance.now();
        firstDone = -1;
        return draw(`  ${title(event)} …`);
      case 'bytes': {
        const now = performance.now();
        if (firstDone < 0) firstDone = event.done;
        if (now - drawn < 100 && event.done < event.total) return;
        drawn = now;
        const rate = (event.done - firstDone) / Math.max(0.001, (now - began) / 1000);
        const left = rate > 0 ? clock((event.total - event.done) / rate) : '?';
        return draw(
          `  ${event.phase.padEnd(12)}${bar(event.done, event.total)} ${bytes(event.done)} of ${bytes(event.total)}  ${bytes(rate)}/s  ${left} left`,
        );
      }
      case 'check':
        return checkLines(event).forEach(line);
      case 'note':
        return line(`  ${event.level === 'warning' ? 'warning: ' : ''}${event.message}`);
    }
  };
  return {
    show,
    result: (_command, _value, lines) => lines.forEach(line),
    error: ({ code, message, hint }) => {
      clear();
      process.stderr.write(`${code}: ${message}\n${hint === undefined ? '' : `${hint}\n`}`);
    },
  };
}
