import { resolve, dirname } from 'node:path';
import { deviceOf, repeatedMistakes, type PlacedDevice } from './check.js';
import { absolutePower } from '../power/absolute.js';
import { powerFaults } from '../power/faults.js';
import type { PowerSettings } from '../power/schema.js';
import { defaultStation, type InventoryDevice } from './device.js';
import { invalidFile } from './mistakes.js';
import { InventorySchema, type RawInventory } from './schema.js';

/**
 * Reads the text of a `fleet.yaml`.
 * @param file its path, to which those of profiles are relative
 * @throws FleetError INVENTORY_INVALID, with every mistake
 */
export async function readYamlInventory(text: string, file: string): Promise<InventoryDevice[]> {
  const { checkYaml } = await import('levitate');
  const read = checkYaml(text, file, InventorySchema);
  if ('problems' in read) throw invalidFile('INVENTORY_INVALID', file, read.problems);
  const { defaults = {}, devices } = read.value as RawInventory;
  const placed = Object.entries(devices).map(([name, given]): PlacedDevice => {
    const { profile, power: _, ...raw } = { ...defaults, ...given };
    const power = { ...defaults.power, ...given.power };
    const tags = [...(defaults.tags ?? []), ...(given.tags ?? [])];
    const path = profile === undefined ? {} : { profile: resolve(dirname(file), profile) };
    const switched = Object.keys(power).length > 0 ? { power: absolutePower(power, file) } : {};
    return {
      device: deviceOf({ ...raw, name, tags, ...path, ...switched }, defaultStation),
      at: (field) => read.place(['devices', name, ...(field === 'name' ? [] : [field])], '', ''),
    };
  });
  const wrong = placed.flatMap(({ device: { name, power } }) =>
    (power ? powerFaults(power) : []).map(({ field, expected, found }) =>
      read.place(powerPath({ defaults, devices }, name, field), expected, found),
    ),
  );
  const mistakes = [...wrong, ...repeatedMistakes(placed)];
  if (mistakes.length > 0) throw invalidFile('INVENTORY_INVALID', file, mistakes);
  return placed.map(({ device }) => device);
}

/** Where the power of a device is written, or a field of it: with the device, or with what all have in common. Pure. */
function powerPath(
  { defaults, devices }: RawInventory,
  name: string,
  field?: keyof PowerSettings,
): string[] {
  const own = devices[name]?.power;
  const isOwn = field === undefined ? own !== undefined : own?.[field] !== undefined;
  const whole = isOwn ? ['devices', name, 'power'] : ['defaults', 'power'];
  const isThere = field !== undefined && (isOwn || defaults?.power?.[field] !== undefined);
  return isThere ? [...whole, field] : whole;
}
