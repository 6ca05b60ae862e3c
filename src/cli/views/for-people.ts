import type { Output } from '../output.js';
import { printable } from '../printable.js';
import { pasteable, type Call } from './pasteable.js';
import { wrapped } from './wrapped.js';

/**
 * The same output, whose texts are made for people: their commands can be pasted, and on a terminal their lines are broken
 * between words, where a terminal would break them anywhere. A log has no end of a line.
 */
export function forPeople(output: Output, call: Call): Output {
  const made = pasteable(call);
  const columns = () => (output.isTerminal ? output.columns : Infinity);
  const line = (text: string) => wrapped('', made(printable(text)), columns()).forEach(output.line);
  const text = (all: string, label = '') =>
    wrapped(
      label,
      made(printable(all.replace(/\r?\n/g, '\n').trimEnd(), '\t\n')),
      columns(),
    ).forEach((one) => output.text(one));
  return Object.create(output, { line: { value: line }, text: { value: text } }) as Output;
}
