import type { Command } from 'commander';
import { createFleetProgram } from '../../packages/fleet/src/cli/program.js';
import { fleetErrorCodes, type FleetErrorAbout } from '../../packages/fleet/src/error-codes.js';
import { InventorySchema } from '../../packages/fleet/src/inventory/schema.js';
import { powerPresets, type PowerPreset } from '../../packages/fleet/src/power/presets.js';
import { RolloutSchema } from '../../packages/fleet/src/rollout/schema.js';
import { plain } from '../../src/cli/cli-command.js';
import { table } from './markdown.js';
import { keyTables } from './profile.js';

/** docs/reference/fleet-commands.md: the commands, the files and the errors of levitate-fleet. */
export function fleetPage(): string {
  const program = createFleetProgram();
  const shown = program.createHelp().visibleCommands(program);
  const commands = program.commands
    .filter((one) => shown.includes(one))
    .flatMap((one) => leaves(one, one.name()));
  const errors: [string, FleetErrorAbout][] = Object.entries(fleetErrorCodes);
  return `# levitate fleet

\`levitate fleet\` deploys to many devices. It is a package of its own: \`npm install -g levitate-fleet levitate\`.
[How to update many devices](../how-to/many-devices.md) shows the way.

## Commands

${commands.map(([path, command]) => section(path, command)).join('\n\n')}

## fleet.yaml

The inventory. Unknown keys are errors, with line, column and the nearest known key; \`fleet.schema.json\` of the package lets editors check
it.

${keyTables(InventorySchema, '###')}

## Presets of power

${presets()}

In \`command\`, \`{name}\`, \`{mac}\` and every other field of \`power\` in braces are filled in; other braces stay.

## The file of a rollout

\`rollout.schema.json\` of the package lets editors check it.

${keyTables(RolloutSchema, '###')}

## Errors

What a deploy fails with has [levitate's own codes](errors.md); these are of the fleet. \`IDENTITY\` in a report is a device that is another
one than was known by its name: nothing was entered. \`QUARANTINED\` is one that was quarantined before its turn came.

${table(
  ['code', 'status', 'what has happened', 'what to do'],
  errors.map(([code, { exit, meaning, remedy }]) => [`\`${code}\``, String(exit), meaning, remedy]),
)}`;
}

/** The table of presets. */
function presets(): string {
  const rows = Object.entries<PowerPreset>(powerPresets).map(([name, preset]) => {
    const defaults = Object.entries(preset.defaults ?? {}).map(
      ([field, value]) => `\`${field}\`: ${value}`,
    );
    const needs = preset.needs.map((field) => `\`${field}\``);
    return [`\`${name}\``, preset.title, needs.join(', '), defaults.join(', ') || 'none'];
  });
  return table(['preset', 'what it switches', 'needs', 'defaults'], rows);
}

/** The commands that do something, with their names. */
const leaves = (command: Command, path: string): [string, Command][] =>
  command.commands.length === 0
    ? [[path, command]]
    : command.commands.flatMap((one) => leaves(one as Command, `${path} ${one.name()}`));

function section(path: string, command: Command): string {
  const words = command.registeredArguments.map((one) =>
    one.required ? plain(one.name()) : `[${plain(one.name())}]`,
  );
  const rows = [
    ...command.registeredArguments.map((one) => [`\`${plain(one.name())}\``, one.description]),
    ...command.options.map(({ flags, description }) => [`\`${plain(flags)}\``, description]),
  ];
  const call = ['levitate fleet', path, ...words].join(' ');
  const about = rows.length > 0 ? `\n\n${table(['word', 'what it is'], rows)}` : '';
  return `### levitate fleet ${path}\n\n${command.description()}\n\n\`\`\`sh\n${call}\n\`\`\`${about}`;
}
