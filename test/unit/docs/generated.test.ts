/** What is made from the code is what `npm run docs` makes of it today. */
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { generated } from '../../docs/generated.js';

it.each(Object.keys(generated))('%s is what `npm run docs` writes', async (file) => {
  const there = await readFile(file, 'utf8').catch(() => '(missing)');
  expect(there).toBe(await generated[file]?.());
});

const pages = Object.keys(generated).filter((file) => file.endsWith('.md'));

it.each(pages)('%s has no empty cell', async (file) => {
  // The page is what is made of the code, as the test above shows.
  const rows = (await readFile(file, 'utf8')).split('\n').filter((line) => line.startsWith('|'));
  expect(rows.filter((row) => /(?<!\\)\|\s*(?<!\\)\|/.test(row))).toEqual([]);
});

const manual = 'docs/man/levitate.1';
const tools: [string, string[]][] = [
  ['mandoc', ['-T', 'lint', '-W', 'style', manual]],
  ['man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', manual]],
];
it.for(tools)('%s finds nothing wrong with the manual', async ([tool, args], { skip }) => {
  const { stdout, stderr, code } = await execa(tool, args, { reject: false });
  skip(code === 'ENOENT', `${tool} is not installed`);
  expect(tool === 'mandoc' ? stdout : stderr).toBe('');
});
