import type { Output } from '../output.js';
import {
  bytesText,
  endText,
  isWhole,
  sinceText,
  titleOf,
  type RunningPhase,
  type ShownPhases,
} from './running-phase.js';

/** How often a line tells how far a long phase has come, in milliseconds. */
const lineEveryMs = 10_000;
/** After how long without a sign of life a dot is one, and how often that is looked at: less than two seconds together. */
const dotAfterMs = 1200;
const tickMs = 500;

/**
 * Phases in a log, and on a terminal that can draw nothing anew: a line for each, which dots begin where it takes more than a
 * moment; where it takes long, a line every ten seconds, at whose end is told how far it has come.
 */
export function logPhases(out: Output): ShownPhases {
  let toldAt = performance.now();

  const isDue = () => performance.now() - toldAt >= lineEveryMs;
  const titled = (now: RunningPhase) => `${titleOf(now)}${now.subject === undefined ? '' : ' '}`;
  /** Ends the line that dots have begun, or is one of its own where that is too long. */
  const tell = (now: RunningPhase) => {
    toldAt = performance.now();
    const columns = out.isTerminal ? out.columns : Infinity;
    const { bytes } = now;
    const text = (room: number) =>
      bytes && !isWhole(now) ? bytesText(now, bytes, room) : sinceText(now);
    const behind = ` ${text(columns - out.begun - 1)}`;
    if (out.begun > 0 && out.begun + behind.length <= columns) return out.piece(behind, true);
    const title = titled(now);
    out.line(title + text(columns - title.length));
  };
  return {
    tickMs,
    begin: () => {
      out.clear();
      toldAt = performance.now();
    },
    tick: (now) => {
      if (out.isHeld) return;
      if (isDue()) tell(now);
      else if (performance.now() - out.writtenAt >= dotAfterMs)
        out.piece(out.begun > 0 ? '.' : `${titled(now)}.`);
    },
    told: () => undefined,
    end: (event) => {
      toldAt = performance.now();
      if (out.begun === 0) out.line(endText(event.seconds, titleOf(event)));
      else out.piece(endText(event.seconds, ' '.repeat(out.begun)).slice(out.begun), true);
    },
  };
}
