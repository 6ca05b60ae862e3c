/**
 * `npm run e2e:boot [-- LOADER|CELL...]`: what has to hold of each boot loader with two slots, one line a cell; ends non-zero when one
 * fails.
 */
import { join } from 'node:path';
import { reasonOf } from '../../src/errors.js';
import { copySparse } from '../lab/hardware.js';
import { isUBoot, slotsArtifacts } from '../lab/index.js';
import * as cells from './boot-cells.js';
import type { Levitate } from './levitate.js';
import { cutsAroundChanges } from './slot-cuts.js';
import { levitateWith, type SlotLoader } from './slot-loaders.js';

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

type Cell = (levitate: Levitate) => Promise<void>;

/** The cells in the order in which one device goes through them. */
const all: [name: string, cell: Cell][] = [
  ['good update', (levitate) => cells.updates(levitate)],
  ['same build', cells.needsNothing],
  ['panic in the new kernel', (levitate) => cells.fallsBack(levitate, 'panic')],
  ['kernel missing', (levitate) => cells.fallsBack(levitate, 'no-kernel')],
  ['kernel missing, not tried', cells.refusesWithoutKernel],
  ['kernel is none', (levitate) => cells.fallsBack(levitate, 'bad-kernel')],
  ['hang', (levitate) => cells.fallsBack(levitate, 'hang')],
  ['cut in the write', cells.survivesCut],
  ['cut around each transition', survivesCuts],
  ['cut on trial', cells.survivesCutOnTrial],
  ['no network in the new slot', (levitate) => cells.fallsBack(levitate, 'no-network')],
  ['confirmed later', cells.isConfirmedLater],
  ['rollback', cells.rollsBack],
  ['from maintenance', (levitate) => cells.updates(levitate, ['--from', 'maintenance'])],
];

/** What is not tried where the boot loader reads the kernel in the slot, and where it reads a copy of it. */
const inSlot = ['kernel missing, not tried', 'kernel is none', 'cut on trial'];
const copied = ['kernel missing', 'cut around each transition'];

/** The boot loaders, each with what is not tried of it. */
const loaders: [name: SlotLoader, without: string[]][] = [
  ['grubenv', ['hang', 'cut around each transition', ...inSlot]],
  ['grub-next-entry', ['hang', 'cut around each transition', ...inSlot]],
  ['u-boot-env, a file', inSlot],
  ['u-boot-env, two copies', inSlot],
  ['rpi-tryboot', inSlot],
  ['systemd-boot', copied],
  ['efi', copied],
];

const wanted = process.argv.slice(2);
const names = [...loaders, ...all].map(([name]) => name);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no such cell: ${unknown.join(', ')}; there are ${names.join(', ')}\n`);
  process.exit(2);
}
/** Those that were named, or all where none was. */
const chosen = <T extends [string, ...unknown[]]>(from: T[]): T[] => {
  const named = from.filter(([name]) => wanted.includes(name));
  return named.length > 0 ? named : from;
};

const failures: string[] = [];
for (const [loader, without] of chosen(loaders)) {
  process.stdout.write(`${loader}\n`);
  const levitate = await levitateWith(loader);
  try {
    for (const [name, cell] of chosen(all)) {
      if (without.includes(name)) continue;
      process.stdout.write(`  ${name.padEnd(28)}`);
      try {
        await cell(levitate);
        process.stdout.write('ok\n');
      } catch (error) {
        process.stdout.write('FAILED\n');
        const said = (await levitate.device.console()).slice(-800);
        failures.push(`${loader}, ${name}: ${reasonOf(error)}\n${said}`);
      }
    }
  } finally {
    await levitate.close();
  }
}
for (const failure of failures) process.stdout.write(`\n${failure}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
