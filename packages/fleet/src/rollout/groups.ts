import type { InventoryDevice } from '../inventory/device.js';
import type { RawRollout } from './schema.js';

type RawGroup = NonNullable<RawRollout['groups']>[number];

/** How many a number or a share of something is; a share is rounded down. Pure. */
export const portion = (given: number | string, all: number): number =>
  typeof given === 'number' ? given : Math.floor((Number.parseInt(given, 10) * all) / 100);

/**
 * Puts devices into groups: each takes those that it names, or so many of what is left. Pure.
 * @param devices in the order in which they begin
 * @returns the groups with their devices; empty ones are left out
 */
export function groupsOf<T extends Pick<InventoryDevice, 'name' | 'tags'>>(
  raw: readonly RawGroup[],
  devices: readonly T[],
): { group: RawGroup; devices: T[] }[] {
  const left = new Set(devices);
  const named = new Set(raw.flatMap((group) => group.devices ?? []));
  return raw.flatMap((group) => {
    const fits = [...left].filter((device) => isIn(group, device, named));
    const most =
      group.size === undefined || group.size === 'rest'
        ? fits.length
        : size(group.size, devices.length);
    const taken = fits.slice(0, most);
    for (const device of taken) left.delete(device);
    return taken.length > 0 ? [{ group, devices: taken }] : [];
  });
}

/** A share takes at least one device: a canary of 1 % of thirty is one. */
const size = (given: number | string, all: number): number => Math.max(1, portion(given, all));

/** A device that a group names waits for that group. */
function isIn(
  group: RawGroup,
  { name, tags }: Pick<InventoryDevice, 'name' | 'tags'>,
  named: ReadonlySet<string>,
): boolean {
  if (group.devices) return group.devices.includes(name);
  if (named.has(name)) return false;
  return group.tags === undefined || group.tags.some((tag) => tags.includes(tag));
}
