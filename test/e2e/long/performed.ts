/** A document whose commands are performed: what each leaves on the screen stands below it. */

import { screenOf } from '../../terminal.js';

/** What performs a command line, as the document has it with its screen, and gives the screen that it leaves. */
export type Perform = (command: string, screen: string) => Promise<string>;

const fence = /^```console\n([^]*?)^```$/gm;

/**
 * Performs the commands of a document (`$ COMMAND` in blocks of the language `console`), one after the other.
 * @returns the document with the screens as they are; one that differs in its numbers alone stays
 */
export async function performed(document: string, perform: Perform): Promise<string> {
  let text = '';
  let end = 0;
  for (const block of document.matchAll(fence)) {
    const [whole, content = ''] = block;
    const steps: string[] = [];
    for (const step of content.split(/^\$ /m).slice(1)) {
      const [command = '', ...lines] = step.split('\n');
      const told = lines.join('\n').trimEnd();
      const screen = (await perform(command, told)).trimEnd();
      const kept = measureless(screen) === measureless(told) ? told : merged(screen, told);
      steps.push([`$ ${command}`, ...(kept === '' ? [] : [kept])].join('\n'));
    }
    text += `${document.slice(end, block.index)}\`\`\`console\n${steps.join('\n\n')}\n\`\`\``;
    end = block.index + whole.length;
  }
  return text + document.slice(end);
}

/**
 * What a person types where the screen ends with a question: the password, or what the document has behind the question.
 * @param since what was printed since the last answer
 */
export function answerTo(since: string, told: string, password?: string): string | undefined {
  const asked = screenOf(since).trimEnd().split('\n').at(-1) ?? '';
  if (password !== undefined && /password[^\n]*:$/i.test(asked)) return `${password}\n`;
  if (!/[?:]$/.test(asked)) return undefined;
  const answered = told.split('\n').find((line) => line.startsWith(`${asked} `));
  return answered === undefined ? undefined : `${answered.slice(asked.length + 1)}\n`;
}

/** A screen, whose lines are as they were told where they differ in numbers alone: what has changed stands out. */
function merged(screen: string, told: string): string {
  const before = told.split('\n');
  return screen
    .split('\n')
    .map((line) => {
      const at = before.findIndex((one) => measureless(one) === measureless(line));
      return before.splice(at, at < 0 ? 0 : 1)[0] ?? line;
    })
    .join('\n');
}

/**
 * A screen without what is another one each time: durations, sizes, numbers, hashes, where a line ends because of them, and what
 * a loaded machine is told besides.
 */
export const measureless = (screen: string): string =>
  screen
    .replace(/^ {2}warning: .*(?:\n {11}.*)*/gm, (note) =>
      /It\s+may\s+still\s+be\s+booting/.test(note) ? '' : note,
    )
    .replace(/\b[\da-f]{40,}\b|SHA256:\S+/g, 'HASH')
    .replace(/\b(\d+:\d\d min|\d+(\.\d+)? ?m?s|\d+m|under a minute|about \d+ min)\b/g, 'TIME')
    .replace(/\b\d+(\.\d+)? ([KMG]i?)?B\b/g, 'SIZE')
    // Whether that is faster is measured on the way.
    .replace(/\s+\(as SIZE,\s+compressed\)/g, '')
    .replace(/\d+(\.\d+)*/g, 'N')
    .replace(/\s+/g, ' ')
    .trim();
