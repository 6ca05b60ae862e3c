import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { FleetError, reasonOf } from '../errors.js';
import { listAnsible, readAnsibleInventory } from './ansible.js';
import { readCsvInventory, type Columns } from './csv-file.js';
import type { InventoryDevice } from './device.js';
import { readYamlInventory } from './yaml-file.js';

/** Where an inventory is, and how it is read. */
export interface InventorySource {
  /** Path of the file; of an inventory of Ansible, whatever `ansible-inventory --inventory` takes. */
  file: string;
  /** Whether Ansible is to read it. */
  ansible?: boolean;
  /** Of a table: which column holds what. */
  columns?: Columns;
  /** Of a table: what the power of every device has in common. */
  power?: Readonly<Record<string, string>>;
}

/**
 * Reads an inventory: `fleet.yaml`, a table (`.csv`), what `ansible-inventory --list` has printed (`.json`), or what Ansible reads.
 * @throws FleetError INVENTORY_UNREADABLE; INVENTORY_INVALID, with every mistake
 */
export async function readInventory(source: InventorySource): Promise<InventoryDevice[]> {
  const { file, ansible = false, columns, power } = source;
  if (ansible) return readAnsibleInventory(await listAnsible(file), file);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new FleetError('INVENTORY_UNREADABLE', `${file} cannot be read: ${reasonOf(cause)}`, {
      cause,
    });
  });
  const form = extname(file).toLowerCase();
  if (form === '.csv' || columns) return readCsvInventory(text, file, columns, power);
  if (form === '.json') return readAnsibleInventory(text, file);
  return readYamlInventory(text, file);
}
