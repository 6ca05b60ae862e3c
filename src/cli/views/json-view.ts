import type { Output } from '../output.js';
import type { ErrorLine } from './json-line.js';
import { errorText, type View } from './view.js';

/** How often lines come that tell how far a phase is, in milliseconds; that all bytes are done is told at once. */
const everyMs = { bytes: 1000, waiting: 10_000 };

/**
 * One JSON object a line, each a `JsonLine`: events as they happen, then `result` or `error`. Errors are told as text on
 * standard error as well; a wrong call is told there alone, unless a log has begun, which ends with its line.
 * @param host the device that the command is about, which each line then names
 */
export function jsonView(out: Output, err: Output, host?: string): View {
  let begun = false;
  let told: Record<string, number> = {};
  const print = (value: object) => {
    begun = true;
    out.json({ ...value, ...(host === undefined ? {} : { host }), time: new Date().toISOString() });
  };
  return {
    begin: () => undefined,
    show: (event) => {
      if (event.type === 'bytes' || event.type === 'waiting') {
        const now = performance.now();
        const isWhole = event.type === 'bytes' && event.done >= event.total;
        // What is whole is told once, however often it is said.
        const key = isWhole ? `whole ${event.subject}` : event.type;
        const every = isWhole ? Infinity : everyMs[event.type];
        if (now - (told[key] ?? -Infinity) < every) return;
        told[key] = now;
      } else if (event.type === 'phase') told = {};
      print(event);
    },
    result: (command, value, _lines, failure = []) => {
      failure.forEach((text) => err.text(text));
      print({ type: 'result', command, ...value });
    },
    error: (error) => {
      const { code, message, hint, exit, data } = error;
      err.text(errorText(error));
      if (code === 'USAGE' && !begun) return;
      const line: ErrorLine = {
        type: 'error',
        code,
        message,
        ...(hint === undefined ? {} : { hint }),
        exit,
        ...(data ? { data } : {}),
      };
      print(line);
    },
  };
}
