import { resolve, dirname } from 'node:path';
import { deviceOf, repeatedMistakes, type PlacedDevice } from './check.js';
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
    const { profile, ...raw } = { ...defaults, ...given };
    const tags = [...(defaults.tags ?? []), ...(given.tags ?? [])];
    const path = profile === undefined ? {} : { profile: resolve(dirname(file), profile) };
    return {
      device: deviceOf({ ...raw, name, tags, ...path }, defaultStation),
      at: (field) => read.place(['devices', name, ...(field === 'name' ? [] : [field])], '', ''),
    };
  });
  const repeated = repeatedMistakes(placed);
  if (repeated.length > 0) throw invalidFile('INVENTORY_INVALID', file, repeated);
  return placed.map(({ device }) => device);
}
