/** What `npm run e2e:boot` has seen so far, and the table of that which docs/reference/support.md has. */
import { readFile, writeFile } from 'node:fs/promises';
import { table } from '../docs/markdown.js';
import {
  bootCells,
  mustHold,
  slotLoaders,
  withoutCells,
  type BootCell,
  type SlotLoader,
} from './boot-matrix.js';

/** How each cell ended that was tried, the last time. */
export type SeenCells = Partial<Record<SlotLoader, Partial<Record<BootCell, 'ok' | 'failed'>>>>;

const file = new URL('boot-seen.json', import.meta.url);

/** What was seen. */
export const readSeen = async (): Promise<SeenCells> =>
  JSON.parse(await readFile(file, 'utf8')) as SeenCells;

/** Notes how a cell ended. */
export async function noteSeen(
  loader: SlotLoader,
  cell: BootCell,
  ended: 'ok' | 'failed',
): Promise<void> {
  const seen = await readSeen();
  const cells = { ...seen[loader], [cell]: ended };
  const inOrder = Object.fromEntries(
    slotLoaders.flatMap((name) => {
      const found = name === loader ? cells : seen[name];
      return found ? [[name, ordered(found)]] : [];
    }),
  );
  await writeFile(file, `${JSON.stringify(inOrder, null, 2)}\n`);
}

const ordered = (cells: NonNullable<SeenCells[SlotLoader]>): object =>
  Object.fromEntries(bootCells.flatMap((cell) => (cells[cell] ? [[cell, cells[cell]]] : [])));

/** The table in Markdown: a row for each cell, a column for each boot loader, and the reasons below it. Pure. */
export function bootTable(seen: SeenCells): string {
  const reasons = [...new Set(slotLoaders.flatMap((one) => Object.values(withoutCells[one])))];
  const shown = (loader: SlotLoader, cell: BootCell): string => {
    const reason = withoutCells[loader][cell];
    return reason === undefined
      ? (seen[loader]?.[cell] ?? 'not tried')
      : `– (${reasons.indexOf(reason) + 1})`;
  };
  const rows = bootCells.map((cell) => [
    ...[cell, mustHold[cell]],
    ...slotLoaders.map((loader) => shown(loader, cell)),
  ]);
  return `${table(['what happens', 'what must hold', ...slotLoaders], rows)}\n\n${reasons.map((reason, at) => `${at + 1}. ${reason}`).join('\n')}`;
}
