/**
 * `npm run e2e:boot [-- LOADER|CELL...]`: what has to hold of each boot loader with two slots, one line a cell; ends non-zero when one
 * fails, and the table of all that was tried so far. How each cell ended is kept in boot-seen.json, of which `npm run docs` makes the table of
 * docs/reference/support.md.
 */
import { join } from 'node:path';
import { reasonOf } from '../../src/errors.js';
import { copySparse } from '../lab/hardware.js';
import { isUBoot, slotsArtifacts } from '../lab/index.js';
import * as cells from './boot-cells.js';
import { bootCells, slotLoaders, withoutCells, type BootCell } from './boot-matrix.js';
import { bootTable, noteSeen, readSeen } from './boot-table.js';
import type { Levitate } from './levitate.js';
import { cutsAroundChanges } from './slot-cuts.js';
import { levitateWith } from './slot-loaders.js';

/** Cuts before and after each change of what the boot loader goes by: of U-Boot's on a disk as delivered, of others between two good slots. */
async function survivesCuts(levitate: Levitate): Promise<void> {
  const { name } = levitate.device;
  if (!isUBoot(name)) {
    await cells.updates(levitate);
    return cells.survivesCutsAtChanges(levitate);
  }
  const disk = join(await levitate.folder(), 'disk.img');
  await copySparse((await slotsArtifacts(name)).disk, disk);
  await cutsAroundChanges(name, disk);
}

/** The cells, each with what shows it. */
const shows: Record<BootCell, (levitate: Levitate) => Promise<void>> = {
  'good update': (levitate) => cells.updates(levitate),
  'same build': cells.needsNothing,
  'panic in the new kernel': (levitate) => cells.fallsBack(levitate, 'panic'),
  'kernel missing': (levitate) => cells.fallsBack(levitate, 'no-kernel'),
  'kernel missing, not tried': cells.refusesWithoutKernel,
  'kernel is none': (levitate) => cells.fallsBack(levitate, 'bad-kernel'),
  hang: (levitate) => cells.fallsBack(levitate, 'hang'),
  'cut in the write': cells.survivesCut,
  'cut around each transition': survivesCuts,
  'cut on trial': cells.survivesCutOnTrial,
  'no network in the new slot': (levitate) => cells.fallsBack(levitate, 'no-network'),
  'confirmed later': cells.isConfirmedLater,
  rollback: cells.rollsBack,
  'from maintenance': (levitate) => cells.updates(levitate, ['--from', 'maintenance']),
};

const wanted = process.argv.slice(2);
const names: readonly string[] = [...slotLoaders, ...bootCells];
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no such cell: ${unknown.join(', ')}; there are ${names.join(', ')}\n`);
  process.exit(2);
}
/** Those that were named, or all where none was. */
const chosen = <T extends string>(from: readonly T[]): readonly T[] => {
  const named = from.filter((name) => wanted.includes(name));
  return named.length > 0 ? named : from;
};

const failures: string[] = [];
for (const loader of chosen(slotLoaders)) {
  process.stdout.write(`${loader}\n`);
  const levitate = await levitateWith(loader);
  try {
    for (const name of chosen(bootCells)) {
      if (withoutCells[loader][name] !== undefined) continue;
      process.stdout.write(`  ${name.padEnd(28)}`);
      try {
        await shows[name](levitate);
        process.stdout.write('ok\n');
        await noteSeen(loader, name, 'ok');
      } catch (error) {
        process.stdout.write('FAILED\n');
        await noteSeen(loader, name, 'failed');
        const said = (await levitate.device.console()).slice(-800);
        failures.push(`${loader}, ${name}: ${reasonOf(error)}\n${said}`);
      }
    }
  } finally {
    await levitate.close();
  }
}
process.stdout.write(`\n${bootTable(await readSeen())}\n`);
for (const failure of failures) process.stdout.write(`\n${failure}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
