import type { Facts } from '../../device/facts.js';
import { describeDevice, madeOf, swapDevice } from '../../device/stack.js';
import type { GroupSpec } from '../../flash/member-targets.js';
import type { TargetSpec } from '../../flash/target.js';
import { plainName } from '../../shared/plain-name.js';
import { isProtected } from './target-names.js';

/** A place on the flash of a device that could be a target, as a line of a profile. */
export interface TargetDraft {
  /** Its name in the profile, which no other draft has. */
  name: string;
  /** What a person wants to know of it, such as its size and what is mounted from it. */
  about: string;
  /** How a profile names it; undefined where no kind of target can name it. */
  spec: TargetSpec | GroupSpec | undefined;
  /** Why it should not be a target as it is; undefined where nothing is known. */
  caution: string | undefined;
}

/** Says why a place of this name should not be a target; undefined where its name does not show it. */
export const cautionOf = (name: string): string | undefined =>
  isProtected(name)
    ? 'by its name a boot loader, its settings or calibration: overwritten, the device may never start again'
    : undefined;

/** Whether a profile can hold a text as it is. */
export const isLine = (text: string): boolean => /^[^\x00-\x1f]+$/.test(text);

/** Says where these devices are mounted, and what is made of them, as the end of a sentence; empty where nothing is. */
export function mountedText({ mounted, stack, swaps }: Facts, devices: string[]): string {
  const made = devices.flatMap((device) => madeOf(device, stack));
  const points = mounted
    .filter(({ device }) => made.includes(device))
    .map(({ point, type }) => `${plainName(point)} (${type})`);
  const used = [
    ...(points.length > 0 ? [`mounted on ${points.join(', ')}`] : []),
    ...(swaps.some((swap) => made.includes(swapDevice(swap, { stack }) ?? '')) ? ['swap'] : []),
  ];
  const between = made
    .filter((device) => !devices.includes(device))
    .map((device) => describeDevice(device, stack));
  if (between.length > 0) used.push(`by way of ${between.join(', ')}`);
  return used.length === 0 ? '' : `, ${used.join(', ')}`;
}
