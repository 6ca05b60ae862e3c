import { powerPresets, type PowerPreset } from './presets.js';
import type { PowerSettings } from './schema.js';
import { placeholdersOf } from './template.js';

/** What is wrong with the `power` of a device that its schema admits. */
export interface PowerFault {
  /** Which field; none for the whole. */
  field?: keyof PowerSettings;
  /** What is there. */
  found: string;
  /** What is to be there. */
  expected: string;
}

/** Fields that every device may have. */
const common = ['preset', 'command', 'secret-file', 'secret-env', 'pdu', 'off-for', 'timeout'];

/** Says what a preset lacks, what it does not know, and what contradicts. Pure. */
export function powerFaults(power: PowerSettings): PowerFault[] {
  const { preset: name, command } = power;
  if ((name === undefined) === (command === undefined))
    return [
      { found: name === undefined ? 'neither' : 'both', expected: 'either preset or command' },
    ];
  const both = power['secret-file'] !== undefined && power['secret-env'] !== undefined;
  return [
    ...(both
      ? [{ field: 'secret-env' as const, found: 'secret-file as well', expected: 'one of the two' }]
      : []),
    ...(name === undefined ? commandFaults(command) : presetFaults(power, name)),
  ];
}

function presetFaults(power: PowerSettings, name: keyof typeof powerPresets): PowerFault[] {
  const preset: PowerPreset = powerPresets[name];
  const named = placeholdersOf(JSON.stringify(preset));
  const known = new Set([...common, ...named, ...preset.needs, ...(preset.takes ?? [])]);
  if (name === 'gpio') known.add('active');
  const given = Object.keys(power) as (keyof PowerSettings)[];
  const missing = preset.needs.filter((field) => !(field in power));
  return [
    ...missing.map((field) => ({
      found: `no ${field}`,
      expected: `${field}, which ${name} needs`,
    })),
    ...given
      .filter((field) => !known.has(field))
      .map((field) => ({ field, found: field, expected: `nothing that ${name} does not know` })),
  ];
}

const commandFaults = (command: PowerSettings['command']): PowerFault[] =>
  command?.cycle !== undefined || (command?.on !== undefined && command.off !== undefined)
    ? []
    : [{ field: 'command', found: 'neither', expected: 'on and off, or cycle' }];
