/** `npm run e2e:boot [-- CELL...]`: what has to hold of each boot loader with two slots, one cell a line; ends non-zero when one fails. */
import { reasonOf } from '../../src/errors.js';
import * as cells from './boot-cells.js';
import { Levitate } from './levitate.js';

/** The cells in the order in which one device goes through them. */
const all: [name: string, cell: (levitate: Levitate) => Promise<void>][] = [
  ['good update', (levitate) => cells.updates(levitate)],
  ['same build', cells.needsNothing],
  ['panic in the new kernel', (levitate) => cells.fallsBack(levitate, 'panic')],
  ['kernel missing', (levitate) => cells.fallsBack(levitate, 'no-kernel')],
  ['cut in the write', cells.survivesCut],
  ['no network in the new slot', (levitate) => cells.fallsBack(levitate, 'no-network')],
  ['confirmed later', cells.isConfirmedLater],
  ['rollback', cells.rollsBack],
  ['from maintenance', (levitate) => cells.updates(levitate, ['--from', 'maintenance'])],
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.some(([cell]) => cell === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no such cell: ${unknown.join(', ')}; there are ${all.map(([name]) => name).join(', ')}\n`,
  );
  process.exit(2);
}
const failures: string[] = [];
process.stdout.write('grubenv\n');
const levitate = await Levitate.at('sbc-slots');
try {
  for (const [name, cell] of all) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stdout.write(`  ${name.padEnd(28)}`);
    try {
      await cell(levitate);
      process.stdout.write('ok\n');
    } catch (error) {
      process.stdout.write('FAILED\n');
      const said = (await levitate.device.console()).slice(-800);
      failures.push(`${name}: ${reasonOf(error)}\n${said}`);
    }
  }
} finally {
  await levitate.close();
}
for (const failure of failures) process.stdout.write(`\n${failure}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
