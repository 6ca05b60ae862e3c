import { Help } from 'commander';

/** Blanks that stand before what belongs to the line above. */
const indent = '    ';

/** Shows a Markdown page of docs/ as text for a terminal of that many cells: headings, lists, tables and code. */
export function renderPage(markdown: string, width: number): string {
  const text = markdown.replace(/<!--.*?-->\n*/gs, '');
  return text
    .split(/^(```.*?^```)$/ms)
    .map((part, index) => (index % 2 === 1 ? code(part) : prose(part, width)))
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const code = (fenced: string): string =>
  fenced
    .split('\n')
    .slice(1, -1)
    .map((line) => (line === '' ? line : indent + line))
    .join('\n');

const prose = (text: string, width: number): string =>
  text
    .split(/\n{2,}/)
    .map((block) => renderBlock(block.replace(/^\n+|\n+$/g, ''), width))
    .join('\n\n');

function renderBlock(block: string, width: number): string {
  if (block.startsWith('#')) return plainText(block.replace(/^#+ /, '')).toUpperCase();
  if (block.startsWith('|')) return renderTable(block, width);
  if (block.startsWith(indent)) return block;
  if (/^([-*]|\d+\.) /.test(block))
    return block
      .split(/\n(?=(?:[-*]|\d+\.) )/)
      .map((item) => hanging(plainText(oneLine(item)), width, '  '))
      .join('\n');
  return wrap(plainText(oneLine(block)), width);
}

/** A table with its columns side by side where they fit, else each row as a paragraph under its first cell. */
function renderTable(block: string, width: number): string {
  const [head = [], , ...rows] = block.split('\n').map(cellsOf);
  const all = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(...all.map((cells) => (cells[column] ?? '').length)),
  );
  const total = widths.reduce((sum, one) => sum + one + 2, -2);
  if (total <= width)
    return all
      .map((cells) =>
        cells
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      )
      .join('\n');
  return rows
    .map(([first = '', ...others]) =>
      [
        first,
        ...others.map((cell, index) =>
          hanging(
            `${others.length > 1 ? `${head[index + 1]}: ` : ''}${cell}`,
            width,
            indent,
            indent,
          ),
        ),
      ].join('\n'),
    )
    .join('\n');
}

const cellsOf = (row: string): string[] =>
  row
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => plainText(cell.trim().replaceAll('\\|', '|')));

/** Text without links and emphasis; code keeps its marks. */
const plainText = (text: string): string =>
  text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('**', '');

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ');

const wrap = (text: string, width: number): string => new Help().boxWrap(text, width);

const hanging = (text: string, width: number, rest: string, first = ''): string =>
  wrap(text, width - rest.length)
    .split('\n')
    .map((line, index) => `${index === 0 ? first : rest}${line}`)
    .join('\n');
