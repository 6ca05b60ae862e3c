import type { Output } from '../output.js';
import type { Ahead } from './ahead.js';
import {
  bytesText,
  endText,
  isWhole,
  measure,
  sinceText,
  titleOf,
  type RunningPhase,
  type ShownPhases,
} from './running-phase.js';

/** How often bytes draw the live line, in milliseconds. */
const drawEveryMs = 100;
/** After how long without them it is drawn anew by itself, and by how much a timer may be early. */
const tickMs = 1000;
const earlyMs = 50;

/** Phases on a terminal: the one that runs is a live line, which ticks, above what is to come and the time left of the whole. */
export function livePhases(out: Output, ahead: Ahead): ShownPhases {
  let drawnAt = performance.now();

  const live = (now: RunningPhase, text: string) => {
    drawnAt = performance.now();
    const seconds = now.phase === 'working' ? 0 : (drawnAt - now.began) / 1000;
    const more = ahead.line(out.liveColumns, seconds, now.leftSeconds);
    out.live(more === undefined ? text : `${text}\n${more}`);
  };
  const counted = (now: RunningPhase, bytes: NonNullable<RunningPhase['bytes']>) => {
    const title = titleOf({ phase: now.phase });
    live(now, title + bytesText(now, bytes, out.liveColumns - title.length));
  };
  const since = (now: RunningPhase) =>
    live(
      now,
      now.waiting || isWhole(now)
        ? titleOf({ phase: now.phase }) + sinceText(now)
        : `${titleOf(now)} … ${sinceText(now)}`,
    );
  const isDue = (everyMs: number) => performance.now() - drawnAt >= everyMs;
  return {
    tickMs,
    begin: (now) => live(now, `${titleOf(now)} …`),
    tick: (now) => {
      if (!isDue(tickMs - earlyMs)) return;
      const { bytes } = now;
      if (!bytes || !now.rate || isWhole(now)) return since(now);
      // Bytes that are slow to come make the rate less, and what is left more.
      measure(now, bytes);
      counted(now, bytes);
    },
    told: (now, event) => {
      const isLast = event.type === 'bytes' && event.done >= event.total;
      if (!isDue(drawEveryMs) && !isLast) return;
      // What was done with before anything was counted tells of no rate.
      if (event.type === 'waiting' || (isLast && now.firstDone === event.done)) return since(now);
      counted(now, event);
    },
    end: (event) => out.line(endText(event.seconds, titleOf(event))),
  };
}
