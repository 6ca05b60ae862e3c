import type { Writable } from 'node:stream';
import type { View } from './view.js';

/** One JSON object a line: events as they happen, then `result` or `error`. The README documents the fields. */
export function jsonView(out: Writable): View {
  const print = (value: object) => out.write(`${JSON.stringify(value)}\n`);
  return {
    show: print,
    result: (command, value) => print({ type: 'result', command, ...value }),
    error: ({ code, message, hint, exit, data }) =>
      print({
        type: 'error',
        code,
        message,
        ...(hint === undefined ? {} : { hint }),
        exit,
        ...(data ? { data } : {}),
      }),
  };
}
