import { deviceFields, type InventoryDevice } from './device.js';

/** What an inventory changes in the fleet. */
export interface Difference {
  /** Devices that are new. */
  added: InventoryDevice[];
  /** Devices of which something is another now, with what. */
  changed: { device: InventoryDevice; fields: ChangedField[] }[];
  /** Names of devices that the inventory does not have. */
  missing: string[];
}

/** A field of a device that is another now. */
export interface ChangedField {
  /** Its name. */
  field: string;
  /** What the fleet has; empty for nothing. */
  from: string;
  /** What the inventory has. */
  to: string;
}

/** Compares the fleet as it is with an inventory. Pure. */
export function difference(
  known: readonly InventoryDevice[],
  given: readonly InventoryDevice[],
): Difference {
  const before = new Map(known.map((device) => [device.name, device]));
  const names = new Set(given.map(({ name }) => name));
  return {
    added: given.filter(({ name }) => !before.has(name)),
    changed: given.flatMap((device) => {
      const fields = changedFields(before.get(device.name), device);
      return fields.length > 0 ? [{ device, fields }] : [];
    }),
    missing: known.flatMap(({ name }) => (names.has(name) ? [] : [name])),
  };
}

const changedFields = (from: InventoryDevice | undefined, to: InventoryDevice): ChangedField[] =>
  deviceFields.flatMap((field) => {
    const [was, is] = [shown(from?.[field]), shown(to[field])];
    return from && was !== is ? [{ field, from: was, to: is }] : [];
  });

const shown = (value: InventoryDevice[(typeof deviceFields)[number]]): string =>
  typeof value === 'object' && !Array.isArray(value)
    ? JSON.stringify(
        value,
        Object.keys(value)
          .concat(Object.keys(value.command ?? {}))
          .sort(),
      )
    : [value ?? []].flat().join(' ');
