/** The pages of the documentation, for the tests that hold them to something. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Page {
  /** Path in the checkout. */
  file: string;
  text: string;
}

const folders = ['.', 'docs', 'packages/fleet', 'packages/roots', 'test'];

/** Every Markdown file of the checkout. */
export const pages: Page[] = folders
  .flatMap((folder) =>
    readdirSync(folder, { recursive: folder !== '.', encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => path.join(folder, name)),
  )
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** The text without code: what is indented or fenced, and code spans. */
export const prose = (text: string): string =>
  text
    .replace(/^```.*?^```$/gms, '')
    .replace(/^ {4}.*$/gm, '')
    .replace(/`[^`\n]*`/g, '');

/** A page that has nothing but the commands in place of screens that they were typed on (`$ COMMAND` in a `console` block). */
const withoutScreens = (text: string): string =>
  text.replace(/^```console\n(.*?)^```$/gms, (_, block: string) => {
    const commands = block.split('\n').filter((line) => line.startsWith('$ '));
    return ['```', ...commands.map((line) => line.slice(2)), '```'].join('\n');
  });

/** The lines of code of a page: what is indented, fenced, or a code span. */
export const code = (page: string): string[] => codeIn(withoutScreens(page));

const codeIn = (text: string): string[] => [
  ...[...text.matchAll(/^```\w*\n(.*?)^```$/gms)].flatMap(([, block = '']) => block.split('\n')),
  ...[...text.matchAll(/^ {4}(.*)$/gm)].map(([, line = '']) => line),
  ...[...text.replace(/^ {4}.*$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span),
];

/** The anchors of a page's headings, as GitHub and other renderers make them. */
export const anchors = (text: string): Set<string> =>
  new Set(
    [...text.replace(/^```.*?^```$/gms, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
