import type { InventoryDevice } from '../inventory/device.js';
import type { RawRollout } from './schema.js';

/** A device with what counts for whether a rollout goes to it. */
export interface Candidate extends InventoryDevice {
  /** The build that it had when it was looked at last. */
  build?: string | undefined;
  /** Whether it is quarantined. */
  quarantined: boolean;
}

/** The devices that a rollout selects, by their names; quarantined ones among them. Pure. */
export function selected<T extends Candidate>(devices: readonly T[], raw: RawRollout): T[] {
  const { tags = [], devices: names, stations, not = {} } = raw.select ?? {};
  return devices
    .filter(
      (device) =>
        tags.every((tag) => device.tags.includes(tag)) &&
        (names?.includes(device.name) ?? true) &&
        (stations?.includes(device.station) ?? true) &&
        !not.tags?.some((tag) => device.tags.includes(tag)) &&
        !not.devices?.includes(device.name) &&
        (not.build === undefined || device.build !== not.build),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
