import type { Phase, PhaseAhead, Progress } from '../../progress.js';
import { roughly } from './format.js';

/** What is to come after the phase that runs, and how long all of it takes. */
export interface Ahead {
  /** Takes notice of an event. */
  show(event: Progress): void;
  /** Takes notice of how fast a phase goes: the next one of its kind, on another target, will go as fast. */
  goes(phase: Phase, bytesPerSecond: number): void;
  /**
   * A line about it, cut to so many columns; none where nothing is to come.
   * @param runningSeconds how long the phase that runs has run
   * @param leftSeconds how long it will, where that is known better than by what it usually takes
   */
  line(columns: number, runningSeconds: number, leftSeconds?: number): string | undefined;
}

/** Follows the phases that an operation has told of: the first of them that begins ends all before it. */
export function followAhead(): Ahead {
  let ahead: PhaseAhead[] = [];
  let now: PhaseAhead | undefined;
  let hasSeveral = false;
  const rates = new Map<Phase, number>();

  const secondsOf = ({ phase, seconds, bytes }: PhaseAhead): number => {
    const rate = rates.get(phase);
    return bytes === undefined || rate === undefined ? seconds : bytes / rate;
  };
  return {
    show: (event) => {
      if (event.type === 'ahead') {
        ahead = event.phases;
        now = undefined;
        hasSeveral = new Set(ahead.flatMap(({ subject }) => subject ?? [])).size > 1;
      }
      if (event.type !== 'phase') return;
      const isIt = ({ phase, subject }: PhaseAhead) =>
        event.phase === phase && (subject ?? event.subject) === event.subject;
      if (event.state === 'done') {
        if (now && isIt(now)) now = undefined;
        return;
      }
      const at = ahead.findIndex(isIt);
      if (at === -1) return;
      now = ahead[at];
      ahead = ahead.slice(at + 1);
    },
    goes: (phase, bytesPerSecond) => void rates.set(phase, bytesPerSecond),
    line: (columns, runningSeconds, leftSeconds) => {
      if (ahead.length === 0) return undefined;
      const left = leftSeconds ?? (now ? Math.max(0, secondsOf(now) - runningSeconds) : 0);
      const all = ahead.reduce((sum, one) => sum + secondsOf(one), left);
      // The target stands there where there are several.
      const names = ahead.map(({ phase, subject }) =>
        hasSeveral && subject !== undefined ? `${phase} ${subject}` : phase,
      );
      const text = `  to come     ${roughly(all)} left in all: ${names.join(', ')}`;
      return text.length <= columns
        ? text
        : `${text.slice(0, Math.max(0, columns - 1)).replace(/\s+\S*$/, '')} …`;
    },
  };
}
