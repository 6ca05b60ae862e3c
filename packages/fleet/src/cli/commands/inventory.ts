import type { Command } from 'commander';
import { FleetError } from '../../errors.js';
import type { Difference } from '../../inventory/difference.js';
import { knownDevices } from '../../operations/devices.js';
import { importInventory } from '../../operations/import-inventory.js';
import { addDatabaseCommand, withJson, withStore, type DatabaseOptions } from '../command.js';
import { print, printJson, tableLines } from '../output.js';

interface ImportFlags extends DatabaseOptions {
  ansible?: boolean;
  columns?: string;
  power?: string;
  dryRun?: boolean;
  prune?: boolean;
  json?: boolean;
}

/** Adds `import` and `list`. */
export function addInventory(program: Command): void {
  withJson(addDatabaseCommand(program, 'import', 'make the fleet what an inventory says'))
    .argument(
      '<FILE>',
      'fleet.yaml, a table (.csv), or what ansible-inventory --list prints (.json)',
    )
    .option('--ansible', 'have Ansible read FILE, which may be any inventory that it knows')
    .option(
      '--columns <FIELD=COLUMN,...>',
      'of a table: which column holds what, such as mac=MAC,host=IP; others are ignored',
    )
    .option(
      '--power <FIELD=VALUE,...>',
      'of a table: what the power of every device has in common, such as preset=gpio',
    )
    .option('--dry-run', 'show the difference and change nothing')
    .option('--prune', 'delete devices that FILE does not have, with what is known of them')
    .action(async (file: string, flags: ImportFlags) => {
      const { ansible = false, columns, dryRun = false, prune = false } = flags;
      const given = {
        ...(columns === undefined ? {} : { columns: pairsOf('--columns', columns) }),
        ...(flags.power === undefined ? {} : { power: pairsOf('--power', flags.power) }),
      };
      const found = await withStore(flags, (store) =>
        importInventory(store, { file, ansible, dryRun, prune, ...given }),
      );
      if (flags.json) printJson(found);
      else print(...differenceLines(found, { dryRun, prune }));
    });
  withJson(addDatabaseCommand(program, 'list', 'list the devices of the fleet')).action(
    async (flags: DatabaseOptions & { json?: boolean }) => {
      const devices = await withStore(flags, knownDevices);
      if (flags.json) return printJson(devices);
      const rows = devices.map(({ name, host, station, tags, build, quarantined }) => [
        ...[name, host, station, tags.join(' '), build ?? ''],
        quarantined ? 'quarantined' : '',
      ]);
      print(...tableLines(['NAME', 'HOST', 'STATION', 'TAGS', 'BUILD', ''], rows));
    },
  );
}

/** `mac=MAC,host=IP` as an object. @throws FleetError USAGE */
function pairsOf(option: string, text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.split(/=(.*)/, 2));
  if (pairs.some(({ length }) => length !== 2))
    throw new FleetError('USAGE', `${option} is NAME=VALUE,…, and not ${text}`, {
      hint: 'Such as --columns mac=MAC,host=IP, or --power preset=gpio.',
    });
  return Object.fromEntries(pairs) as Record<string, string>;
}

function differenceLines(
  { added, changed, missing }: Difference,
  { dryRun, prune }: { dryRun: boolean; prune: boolean },
): string[] {
  const gone = prune
    ? (name: string) => `- ${name}`
    : (name: string) => `  ${name} is not in it, and stays`;
  const lines = [
    ...added.map(({ name, host }) => `+ ${name} (${host})`),
    ...changed.flatMap(({ device, fields }) =>
      fields.map(
        ({ field, from, to }) => `~ ${device.name}: ${field} ${from || '-'} → ${to || '-'}`,
      ),
    ),
    ...missing.map(gone),
  ];
  const counts = `${added.length} new, ${changed.length} changed, ${missing.length} ${prune ? 'deleted' : 'not in it'}`;
  return [...lines, `${counts}${dryRun ? '; nothing was changed' : ''}`];
}
