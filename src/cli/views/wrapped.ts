import { Help } from 'commander';
import { verbs } from './pasteable.js';

/** As few cells as a text is ever wrapped into. */
const narrowest = 20;
const wrapping = Object.assign(new Help(), { minWidthToWrap: narrowest });

/** No text that is printable has this character, which no line is broken at. */
const glue = '\u0001';
const word = String.raw`(?:'[^']*'|[^\s'])+`;
const command = '(?:npx )?(?:levitate|ssh|ssh-keygen)';
/** What can be pasted: between backticks, alone on a line that is set in, behind a colon, or a call of levitate as far as it is clear. */
const pasted = new RegExp(
  [
    '`[^`\\n]+`',
    `(?<=^ +)${command} .*$`,
    `(?<=: )${command} .*?(?=\\.?$|[.,;:] | \\()`,
    `\\b(?:npx )?levitate (?:${verbs}|build|help|image)(?: -F ${word})? ${word}(?: (?:-\\S+|[A-Z]{2,}(?:=\\S*)?))*`,
  ].join('|'),
  'gm',
);

/**
 * A text behind a label, in lines of so many columns that begin below the text. They are broken between words, and never within
 * a command that can be pasted.
 */
export function wrapped(label: string, text: string, columns: number): string[] {
  const glued = text.replace(pasted, (one) => one.replaceAll(' ', glue));
  return glued.split('\n').flatMap((line, at) => {
    const [blanks = ''] = /^ */.exec(line)!;
    const before = ' '.repeat(label.length) + blanks;
    return wrapping
      .boxWrap(line.slice(blanks.length), Math.max(narrowest, columns - before.length))
      .replaceAll(glue, ' ')
      .split('\n')
      .map((piece, index) => (at + index === 0 ? label + blanks : before) + piece);
  });
}
