import type { Output } from '../output.js';
import type { ErrorLine } from './json-line.js';
import { errorText, type View } from './view.js';

/** A line about bytes comes once in so many milliseconds, and at the end of its phase. */
const bytesEveryMs = 1000;

/**
 * One JSON object a line, each a `JsonLine`: events as they happen, then `result` or `error`. Errors are told as text on
 * standard error as well; a wrong call is told there alone, unless a log has begun, which ends with its line.
 * @param host the device that the command is about, which each line then names
 */
export function jsonView(out: Output, err: Output, host?: string): View {
  let begun = false;
  let told = -Infinity;
  const print = (value: object) => {
    begun = true;
    out.json({ ...value, ...(host === undefined ? {} : { host }), time: new Date().toISOString() });
  };
  return {
    show: (event) => {
      const now = performance.now();
      if (event.type === 'bytes') {
        if (event.done < event.total && now - told < bytesEveryMs) return;
        told = now;
      }
      print(event);
    },
    result: (command, value) => print({ type: 'result', command, ...value }),
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
