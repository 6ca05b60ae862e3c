/** Generated text in the form that the checkout's files have. */
import { readFile } from 'node:fs/promises';
import { format } from 'prettier';

const root = new URL('../../', import.meta.url);

/** A Markdown table; a bar in a cell is escaped. */
export const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

/** A text as prettier formats it in this checkout. */
async function formatted(text: string, parser: 'markdown' | 'json'): Promise<string> {
  const style = JSON.parse(await readFile(new URL('.prettierrc.json', root), 'utf8')) as object;
  return format(text, { ...style, parser });
}

/** A page, with a note for whoever would edit it. */
export const page = (text: string): Promise<string> =>
  formatted(`<!-- npm run docs writes this page. -->\n\n${text}\n`, 'markdown');

/** A JSON file. */
export const json = (value: unknown): Promise<string> => formatted(JSON.stringify(value), 'json');

/**
 * A page that people write, with what the code makes of the part between two comments of it.
 * @param name the page, as a path in the checkout; the comments are `<!-- begin PART -->` and `<!-- end PART -->`
 */
export async function pageWith(name: string, part: string, text: string): Promise<string> {
  const whole = await readFile(new URL(name, root), 'utf8');
  const [begin, end] = [`<!-- begin ${part} -->`, `<!-- end ${part} -->`];
  const from = whole.indexOf(begin);
  const to = whole.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${name} has no part between ${begin} and ${end}`);
  const kept = [whole.slice(0, from + begin.length), whole.slice(to)];
  return formatted(kept.join(`\n\n${text}\n\n`), 'markdown');
}
