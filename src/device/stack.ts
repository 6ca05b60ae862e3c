import { plainName } from '../shared/plain-name.js';
import type { Facts, StackFacts } from './facts.js';

/** A block device, told from others of its kind: the name and the owner of what is mapped, the level of an array. Pure. */
export function describeDevice(device: string, { mapped, arrays, loops }: StackFacts): string {
  const mapping = mapped.find((one) => one.device === device);
  if (mapping)
    return `${plainName(mapping.name)} (${mapping.owner === '-' ? device : mapping.owner})`;
  const array = arrays.find((one) => one.device === device);
  if (array) return `${device} (${array.level === '-' ? 'md' : array.level})`;
  const loop = loops.find((one) => one.device === device);
  return loop ? `${device} (${plainName(loop.file)})` : device;
}

/** What a device is made of, down to its disks or partitions: `root (LVM) on md0 (raid1) on vda2, vda3`. Pure. */
export function describeStack(device: string, stack: StackFacts): string {
  const levels: string[] = [];
  const seen = new Set<string>();
  for (let level = [device]; level.length > 0; level = level.flatMap((one) => made(one, stack))) {
    level = level.filter((one) => seen.size < seen.add(one).size);
    if (level.length > 0) levels.push(level.map((one) => describeDevice(one, stack)).join(', '));
  }
  return levels.join(' on ');
}

/** What a device is made of; a partition stands for its disk. */
const made = (device: string, stack: StackFacts): string[] =>
  isStacked(device, stack)
    ? stack.stands.filter((edge) => edge.device === device).map(({ on }) => on)
    : [];

/** Whether the kernel makes a device of others or of RAM, so that it ends with what makes it. Pure. */
export const isStacked = (device: string, { arrays }: Pick<StackFacts, 'arrays'>): boolean =>
  arrays.some((array) => array.device === device) ||
  /^(dm-|bcache\d|loop\d|zram\d|ubiblock)/.test(device);

/** Every device below a device, its disks among them; itself first. Pure. */
export function below(device: string, { stands }: Pick<StackFacts, 'stands'>): string[] {
  const found = new Set([device]);
  for (const one of found) for (const edge of stands) if (edge.device === one) found.add(edge.on);
  return [...found];
}

/** Every device that is made of a device, directly or not; itself first. Its partitions are none of them. Pure. */
export function madeOf(device: string, stack: StackFacts): string[] {
  const found = new Set([device]);
  for (const one of found)
    for (const edge of stack.stands)
      if (edge.on === one && isStacked(edge.device, stack)) found.add(edge.device);
  return [...found];
}

/** The device that swap is on, by its name in sysfs; undefined where it is on a file. Pure. */
export const swapDevice = (swap: string, { stack }: Pick<Facts, 'stack'>): string | undefined => {
  // The kernel writes a backslash, which the device mapper writes for a blank, as \134.
  const name = /^\/dev\/(.*)$/.exec(swap)?.[1]?.replaceAll('\\134', '\\');
  const mapping = stack.mapped.find((one) => `mapper/${one.name}` === name);
  return mapping?.device ?? name?.replaceAll('/', '!');
};
