import type { Output } from '../output.js';
import { errorText, type View } from './view.js';

/**
 * One JSON object a line: events as they happen, then `result` or `error`. docs/reference/events.md documents the fields. A wrong call
 * is told in words on standard error; a log that has begun ends with its line as well.
 */
export function jsonView(out: Output, err: Output): View {
  let begun = false;
  const print = (value: object) => {
    begun = true;
    out.json(value);
  };
  return {
    show: print,
    result: (command, value) => print({ type: 'result', command, ...value }),
    error: (error) => {
      const { code, message, hint, exit, data } = error;
      if (code === 'USAGE') err.text(errorText(error));
      if (code === 'USAGE' && !begun) return;
      print({
        type: 'error',
        code,
        message,
        ...(hint === undefined ? {} : { hint }),
        exit,
        ...(data ? { data } : {}),
      });
    },
  };
}
