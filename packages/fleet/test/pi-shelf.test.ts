/** docs/how-to/pi-shelf.md: its table, its rollout and its report are what the commands take and print. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Columns } from '../src/inventory/csv-file.js';
import { importInventory } from '../src/operations/import-inventory.js';
import { report, reportCsv } from '../src/operations/report.js';
import { planFromFile, startRollout } from '../src/operations/start-rollout.js';
import { testCluster } from './cluster.js';

const cluster = testCluster();

it('reads the table of a shelf, begins with one, and has the columns of the report', async () => {
  const page = await readFile(
    join(import.meta.dirname, '../../../docs/how-to/pi-shelf.md'),
    'utf8',
  );
  const blocks = [...page.matchAll(/(?:^ {4}.*\n)+/gm)].map(([text]) =>
    text.replace(/^ {4}/gm, ''),
  );
  const block = (start: string) => blocks.find((text) => text.startsWith(start)) ?? '';
  const [, power, columns] = /--power (\S+) --columns (\S+)$/m.exec(
    block('levitate fleet import'),
  )!;
  const folder = await mkdtemp(join(tmpdir(), 'levitate-shelf-'));
  try {
    await using store = await cluster.store();
    await writeFile(join(folder, 'pis.csv'), block('NAME,MAC'));
    const pairs = (words = ''): Record<string, string> =>
      Object.fromEntries(words.split(',').map((pair) => pair.split('=')));
    const found = await importInventory(store, {
      file: join(folder, 'pis.csv'),
      columns: pairs(columns) as Columns,
      power: pairs(power),
    });
    expect(found.added).toMatchObject([
      { name: 'pi-1', host: 'pi@192.168.1.11', mac: 'b8:27:eb:01:02:03' },
      { name: 'pi-2', host: 'pi@192.168.1.12', power: { preset: 'gpio', outlet: '27' } },
    ]);
    for (const name of ['raspios.img.xz', 'pi.yaml']) await writeFile(join(folder, name), name);
    const file = join(folder, 'raspios.yaml');
    await writeFile(file, block('name: raspios'));
    const { plan, digest } = await planFromFile(store, file);
    expect(plan.groups.map(({ devices }) => devices.map(({ name }) => name))).toEqual([
      ['pi-1'],
      ['pi-2'],
    ]);
    await startRollout(store, file, digest);
    const [head] = reportCsv(await report(store)).split('\n');
    expect(block('name,mac').split('\n')[0]).toBe(head);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
