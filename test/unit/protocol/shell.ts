/** What the scripts of initramfs/ say and read, found in their text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of initramfs/ without its comments. */
export interface Script {
  path: string;
  text: string;
}

/** Every file of a folder, and of those in it. */
export const scriptsIn = (folder: string): Script[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path, text: withoutComments(readFileSync(path, 'utf8')) }));

const withoutComments = (text: string): string => text.replace(/^\s*#.*$/gm, '');

/** The words of each call of a command, and whether its output goes into a value of another one. */
export interface Call {
  words: string[];
  nested: boolean;
}

/** Every call of a command in a script; a definition of a function is none. */
export function callsOf(command: string, { text }: Script): Call[] {
  const start = new RegExp(`(?:^|[\\s;&|!{(])${command}(?= [^&|])`, 'gm');
  return [...text.matchAll(start)].map((match) => ({
    words: wordsFrom(text, match.index + match[0].length),
    nested: text.slice(0, match.index + 1).endsWith('$('),
  }));
}

/** The words from a place to the end of the command. */
function wordsFrom(text: string, start: number): string[] {
  const words: string[] = [];
  let at = start;
  for (;;) {
    while (/^(?: |\t|\\\n)/.test(text.slice(at, at + 2))) at += text[at] === '\\' ? 2 : 1;
    if (at >= text.length || /[\n;|&)<>]/.test(text[at]!)) return words;
    const end = endOfWord(text, at);
    words.push(text.slice(at, end).replace(/^(['"])(.*)\1$/s, '$2'));
    at = end;
  }
}

function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[\s;|&)<>]/.test(text[at]!)) at = endOfPiece(text, at);
  return at;
}

/** Behind a quoted piece, a substitution, or one character. */
function endOfPiece(text: string, at: number): number {
  if (text[at] === '\\') return at + 2;
  if (text[at] === "'") return text.indexOf("'", at + 1) + 1;
  if (text[at] === '"') return endOf(text, at + 1, '"');
  if (text.startsWith('$(', at)) return endOf(text, at + 2, ')');
  return at + 1;
}

function endOf(text: string, start: number, closing: string): number {
  let at = start;
  while (at < text.length && text[at] !== closing) {
    if (closing === '"' && text[at] === "'") at += 1;
    else if (text[at] === '(' && closing === ')') at = endOf(text, at + 1, ')');
    else at = endOfPiece(text, at);
  }
  return at + 1;
}
