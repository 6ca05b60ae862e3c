import { FleetError } from '../errors.js';
import { difference, type Difference } from '../inventory/difference.js';
import { readInventory, type InventorySource } from '../inventory/read.js';
import type { Store } from '../store/store.js';
import { applyDifference, knownDevices } from './devices.js';

/** How an inventory is imported. */
export interface ImportOptions extends InventorySource {
  /** Whether only to tell what would change. */
  dryRun?: boolean;
  /** Whether devices go that the inventory does not have. */
  prune?: boolean;
}

/**
 * Compares the fleet with an inventory, and makes it what that says. Nothing is deleted without `prune`.
 * @returns what was, or would be, another
 * @throws FleetError INVENTORY_UNREADABLE, INVENTORY_INVALID; WRONG_STATE where a device that would go is worked on
 */
export async function importInventory(store: Store, options: ImportOptions): Promise<Difference> {
  const given = await readInventory(options);
  const found = difference(await knownDevices(store), given);
  const { dryRun = false, prune = false } = options;
  if (dryRun) return found;
  await store.transaction(async (tx) => {
    const { rows } = await tx.query<{ device: string }>(
      `select device from member where device = any($1)
       and state in ('queued', 'preparing', 'writing', 'confirming')`,
      [[...(prune ? found.missing : []), ...moving(found)]],
    );
    const [busy] = rows;
    if (busy)
      throw new FleetError('WRONG_STATE', `a rollout works on ${busy.device}`, {
        hint: 'Its host, its station and itself can go when that has ended: levitate fleet rollout status.',
      });
    await applyDifference(tx, found, prune);
  });
  return found;
}

/** Devices that are to be found somewhere else, or by another station. */
const moving = ({ changed }: Difference): string[] =>
  changed
    .filter(({ fields }) => fields.some(({ field }) => field === 'host' || field === 'station'))
    .map(({ device }) => device.name);
