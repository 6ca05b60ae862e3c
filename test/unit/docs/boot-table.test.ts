/** The table of boot loaders with two slots, as `npm run e2e:boot` and docs/reference/support.md have it. */
import { expect, test } from 'vitest';
import { bootCells, slotLoaders, withoutCells } from '../../e2e/boot-matrix.js';
import { bootTable, readSeen } from '../../e2e/boot-table.js';

/** The cells of the table, by its rows. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );

test('it has a row for each cell and a column for each boot loader', () => {
  const [head, , ...rows] = rowsOf(bootTable({}));
  expect(head?.slice(2)).toEqual([...slotLoaders]);
  expect(rows.map(([name]) => name)).toEqual([...bootCells]);
  const shown = new Set(rows.flatMap((row) => row.slice(2)));
  expect([...shown].filter((cell) => !/^(not tried|– \(\d+\))$/.test(cell))).toEqual([]);
});

test('it says how a cell ended that was tried', () => {
  const text = bootTable({ efi: { hang: 'ok', rollback: 'failed' } });
  const row = (name: string) => rowsOf(text).find(([first]) => first === name);
  expect(row('hang')?.at(-1)).toBe('ok');
  expect(row('rollback')?.at(-1)).toBe('failed');
});

test('what was seen are cells that are tried', async () => {
  const seen = Object.entries(await readSeen());
  const known = slotLoaders.flatMap((loader) =>
    bootCells
      .filter((cell) => withoutCells[loader][cell] === undefined)
      .map((cell) => `${loader}: ${cell}`),
  );
  const tried = seen.flatMap(([loader, cells]) =>
    Object.keys(cells).map((cell) => `${loader}: ${cell}`),
  );
  expect(tried.filter((one) => !known.includes(one))).toEqual([]);
});
