import type { Progress } from '../../progress.js';
import type { Output } from '../output.js';
import { followAhead } from './ahead.js';
import { checkLines } from './format.js';
import { livePhases } from './live-phases.js';
import { logPhases } from './log-phases.js';
import { measure, runningPhase, type RunningPhase } from './running-phase.js';
import { errorText, type View } from './view.js';
import { wrapped } from './wrapped.js';

/**
 * A line per phase for people: on a terminal the one that runs is live, above what is to come and the time left of the whole; a
 * log is told of a long one now and then, and of what is to come once. Neither is ever silent for two seconds.
 */
export function peopleView(out: Output, err: Output): View {
  const ahead = followAhead();
  const phases = out.redraws ? livePhases(out, ahead) : logPhases(out);
  let now: RunningPhase = runningPhase();
  const ticker = setInterval(() => phases.tick(now), phases.tickMs).unref();

  /** A log has no end of a line. */
  const columns = () => (out.isTerminal ? out.columns : Infinity);
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
        if (event.state === 'start') {
          now = runningPhase(event);
          return phases.begin(now);
        }
        now = runningPhase();
        return phases.end(event);
      case 'bytes':
        if (now.phase === 'working') now = runningPhase(event);
        measure(now, event);
        if (now.rate) ahead.goes(event.phase, now.rate);
        return phases.told(now, event);
      case 'waiting':
        if (now.phase === 'working') return;
        now.waiting = event;
        return phases.told(now, event);
      case 'check':
        return checkLines(event, columns()).forEach(out.line);
      case 'debug':
        return out.text(quoting(event.message), '  ');
      case 'note':
        return out.text(quoting(event.message), event.level === 'warning' ? '  warning: ' : '  ');
    }
  };
  return {
    begin: () => phases.begin(now),
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
