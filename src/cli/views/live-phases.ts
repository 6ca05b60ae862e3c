import type { Output } from '../output.js';
import type { Ahead } from './ahead.js';
import {
  bytesText,
  endText,
  isWhole,
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
      if (isDue(tickMs - earlyMs)) since(now);
    },
    told: (now, event) => {
      const isLast = event.type === 'bytes' && event.done >= event.total;
      if (!isDue(drawEveryMs) && !isLast) return;
      if (event.type === 'waiting') return since(now);
      const title = titleOf({ phase: event.phase });
      live(now, title + bytesText(now, event, out.liveColumns - title.length));
    },
    end: (event) => out.line(endText(event.seconds, titleOf(event))),
  };
}
