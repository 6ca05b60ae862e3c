import type { FlashHealth } from '../../device/gather-wear.js';
import { LevitateError } from '../../errors.js';

/** A medium that was chosen, and the words that chose it; none where nothing was asked for. */
export type Chosen = Map<string, string[]>;

/**
 * Finds the MTDs and disks that TARGETs mean: by the device of a target of the profile, or by the name of a device, of an MTD,
 * of a UBI, of a partition. Pure.
 * @param targets what was asked for; everything, if nothing
 * @param placed target of the profile → the device that it lies on
 * @param named every target of the profile
 * @throws LevitateError TARGET_UNKNOWN naming what there is; TARGET_AMBIGUOUS
 */
export function chooseMedia(
  targets: readonly string[],
  { mtds, disks }: FlashHealth,
  placed: ReadonlyMap<string, string>,
  named: readonly string[],
): Chosen {
  const devices = [...mtds, ...disks].map(({ device }) => device);
  if (targets.length === 0) return new Map(devices.map((device) => [device, []]));
  const chosen: Chosen = new Map();
  for (const target of targets) {
    const place = placed.get(target) ?? target.replace(/^\/dev\//, '');
    const found = devices.filter((device) => isOf(device, place));
    const byName = mtds.filter(({ name, ubi }) => name === place || ubi?.device === place);
    const all = found.length > 0 ? found : byName.map(({ device }) => device);
    const [first, second] = all;
    if (first === undefined) throw unknown(target, [...mtds, ...disks], named);
    if (second !== undefined)
      throw new LevitateError(
        'TARGET_AMBIGUOUS',
        `several places answer to ${target}: ${all.join(', ')}`,
        { hint: `Name one of them: ${all.join(', ')}.` },
      );
    chosen.set(first, [...(chosen.get(first) ?? []), target]);
  }
  return chosen;
}

/** Whether a place is the device, a partition of it, or the node by which an MTD is only read. */
const isOf = (device: string, place: string): boolean =>
  place === device ||
  (/^mtd\d/.test(device)
    ? place === `${device}ro`
    : place.startsWith(device) &&
      (/\d$/.test(device) ? /^(p\d+|boot\d+)$/ : /^\d+$/).test(place.slice(device.length)));

function unknown(
  target: string,
  media: { device: string; name?: string }[],
  named: readonly string[],
): LevitateError {
  const there = media.map(({ device, name }) => (name ? `${device} (${name})` : device));
  const targets = named.length > 0 ? `Its targets: ${named.join(', ')}. ` : '';
  return new LevitateError('TARGET_UNKNOWN', `the device has no target and no flash ${target}`, {
    hint: `${targets}Its flash: ${there.join(', ') || 'none'}.`,
  });
}
