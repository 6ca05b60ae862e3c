import type { Output } from '../output.js';
import type { ErrorLine } from './json-line.js';
import { errorText, type View } from './view.js';

/**
 * One JSON object a line, each a `JsonLine`: events as they happen, then `result` or `error`. A wrong call is told as text on
 * standard error; a log that has begun ends with its line as well.
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
