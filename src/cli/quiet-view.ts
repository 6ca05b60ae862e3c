import type { Writable } from 'node:stream';
import type { View } from './view.js';

/** For build steps: warnings and errors, and otherwise nothing. */
export function quietView(err: Writable): View {
  const print = (text: string) => err.write(`${text}\n`);
  return {
    show: (event) => {
      if (event.type === 'note' && event.level === 'warning') print(`warning: ${event.message}`);
    },
    result: () => undefined,
    error: ({ code, message, hint }) => {
      print(`${code}: ${message}${hint === undefined ? '' : `\n${hint}`}`);
    },
  };
}
