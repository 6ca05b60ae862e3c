import { LevitateError } from '../errors.js';
import { firstFault } from '../protocol/check.js';
import { ToldFacts, isFactKey, type FactKey } from '../protocol/facts/facts.js';
import { lineBytes } from '../protocol/values.js';
import type { ScriptResult } from './run-script.js';

/** Bytes that facts, those of a probe and all that a login prints beside them may take. */
export const factBytes = 4 << 20;

/** What a script told with `fact`: a key as often as it came. Every value is what the protocol says of its key. */
export interface FactLines {
  all(key: FactKey): string[];
  /** The first value; empty where there is none. */
  one(key: FactKey): string;
  /** Every value, in words. */
  words(key: FactKey): string[][];
}

/**
 * Reads the lines of a script that stand between its marks; all else is what others print. Keys that the protocol does not
 * know are let pass.
 * @throws LevitateError REMOTE_FAILED naming a fact whose value is not what it should be, or into which something else was
 * printed
 */
export function markedFacts({ stdout, mark }: Pick<ScriptResult, 'stdout' | 'mark'>): FactLines {
  const text = stdout.toString();
  const [opening, closing] = [`@${mark} `, ` ${mark}@`];
  const values = new Map<string, string[]>();
  for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at)) {
    at += opening.length;
    const newline = text.indexOf('\n', at);
    // Cut off, which the fact that is owed at the end tells.
    if (newline === -1) break;
    const line = text.slice(at, newline).trimEnd();
    const equals = line.indexOf('=');
    const key = line.slice(0, Math.max(0, equals));
    if (!line.endsWith(closing) || !/^[a-z0-9-]+$/.test(key)) throw mixed(key || 'a fact', line);
    const value = line.slice(equals + 1, line.length - closing.length);
    if (value.includes(opening)) throw mixed(key, line);
    if (!isGood(key, value)) throw malformed(key, value);
    const known = values.get(key);
    if (known) known.push(value);
    else values.set(key, [value]);
    at += line.length;
  }
  const all = (key: FactKey) => values.get(key) ?? [];
  return {
    all,
    one: (key) => all(key)[0] ?? '',
    words: (key) => all(key).map((value) => value.split(' ')),
  };
}

const isGood = (key: string, value: string): boolean =>
  value.length <= lineBytes &&
  (!isFactKey(key) || firstFault(ToldFacts.properties[key], value) === undefined);

const mixed = (key: string, line: string): LevitateError =>
  new LevitateError(
    'REMOTE_FAILED',
    `what the device told of ${key} is mixed with what something else printed meanwhile`,
    {
      hint: 'A program that a login script leaves running prints into this connection. Ask again, or keep it silent.',
      data: { fact: key, line: line.slice(0, 200) },
    },
  );

/** A whole number, decimal or with base 16 hexadecimal, that JavaScript can tell from its neighbours. */
export const isNumber = (text: string | undefined, base: 10 | 16 = 10): text is string =>
  text !== undefined &&
  (base === 10 ? /^[0-9]+$/ : /^[0-9a-f]+$/).test(text) &&
  Number.isSafeInteger(parseInt(text, base));

type Row<T> = (words: string[], number: (word: string | undefined, base?: 10 | 16) => number) => T;

/** Words for facts that must be there and be what they should be; each throws REMOTE_FAILED naming the fact. */
export function factReader({ all, one }: FactLines): {
  number(key: FactKey): number;
  /** A value that the device must tell. */
  owed(key: FactKey): string;
  /** Each value of a key as words, with a word for those that are numbers. */
  rows<T>(key: FactKey, row: Row<T>): T[];
} {
  const numberIn =
    (key: FactKey, line: string) =>
    (word: string | undefined, base: 10 | 16 = 10) => {
      if (isNumber(word, base)) return parseInt(word, base);
      throw malformed(key, line);
    };
  return {
    number: (key) => numberIn(key, one(key))(one(key)),
    owed: (key) => {
      if (one(key) !== '') return one(key);
      throw malformed(key, '');
    },
    rows: (key, row) => all(key).map((line) => row(line.split(' '), numberIn(key, line))),
  };
}

const malformed = (key: string, value: string): LevitateError =>
  new LevitateError(
    'REMOTE_FAILED',
    value === ''
      ? `the device does not tell its ${key}`
      : `the device tells "${value.slice(0, 100)}" as its ${key}`,
    {
      hint: 'levitate does not guess what a device is. Is /proc mounted there, and /sys, and are awk, sed and cat what they should be?',
      data: { fact: key, value: value.slice(0, 200) },
    },
  );
