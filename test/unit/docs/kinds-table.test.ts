import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { targetKinds } from '../../../src/flash/target.js';
import { kindsTable } from '../../e2e/long/kinds-table.js';
import { media } from '../../e2e/long/media.js';

const page = join(import.meta.dirname, '../../../docs/explanation/writing.md');
/** Cells without what a formatter pads them with. */
const cells = (table: string): string[][] =>
  table
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[|\s-]+$/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));

test('every kind of target has a medium that shows what is sent to it', () => {
  const shown = new Set(media.flatMap(({ shows }) => shows));
  expect(targetKinds.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
});

test('the page has the table that the media are tested by', async () => {
  const { 1: section = '' } = (await readFile(page, 'utf8')).split('## What is sent, by kind');
  expect(cells(section.split('\n## ')[0]!)).toEqual(cells(kindsTable()));
});
