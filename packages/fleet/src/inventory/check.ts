import { macPattern, hostPattern, namePattern, plainMac, type InventoryDevice } from './device.js';
import type { Mistake } from './mistakes.js';

/** A device as a table or a program tells it: texts that nobody has checked. */
export type RawDevice = Partial<
  Record<Exclude<keyof InventoryDevice, 'power'>, string | string[]>
> &
  Pick<InventoryDevice, 'power'>;

/** A device and where it stands. */
export interface PlacedDevice {
  /** The device. */
  device: InventoryDevice;
  /** Where a field of it stands. */
  at: (field: keyof InventoryDevice) => Pick<Mistake, 'file' | 'line' | 'column' | 'path'>;
}

const patterns = {
  name: [namePattern, 'letters, digits, dots and dashes'],
  host: [hostPattern, 'a host as one writes it after ssh, such as root@192.168.1.1'],
  mac: [macPattern, 'a MAC address, such as b8:27:eb:01:02:03'],
  station: [namePattern, 'letters, digits, dots and dashes'],
  tags: [namePattern, 'tags of letters, digits, dots and dashes'],
  uplink: [namePattern, 'letters, digits, dots and dashes'],
  rescue: ['^netboot$', 'netboot'],
} as const;

/** What is wrong with the fields of a device. Pure. */
export function fieldMistakes(raw: RawDevice, at: PlacedDevice['at']): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const field of ['name', 'host', 'mac', 'station', 'tags', 'uplink', 'rescue'] as const) {
    const [pattern, expected] = patterns[field];
    const values = [raw[field] ?? []].flat();
    if (values.length === 0 && (field === 'name' || field === 'host'))
      mistakes.push({ ...at(field), expected, found: 'nothing' });
    for (const value of values)
      if (!new RegExp(pattern).test(value))
        mistakes.push({ ...at(field), expected, found: JSON.stringify(value.slice(0, 60)) });
  }
  return mistakes;
}

/** What is there twice: a name, a host or a MAC address, each of which leads to one device. Pure. */
export function repeatedMistakes(devices: readonly PlacedDevice[]): Mistake[] {
  return (['name', 'host', 'mac'] as const).flatMap((field) => {
    const seen = new Map<string, PlacedDevice>();
    return devices.flatMap((placed) => {
      const value = placed.device[field];
      const first = value === undefined ? undefined : seen.get(value);
      if (value !== undefined && !first) seen.set(value, placed);
      if (value === undefined || !first) return [];
      const { line } = first.at(field);
      const where = line === undefined ? first.device.name : `${first.device.name} in line ${line}`;
      const expected = `another one: ${where} has this ${field}`;
      return [{ ...placed.at(field), expected, found: value }];
    });
  });
}

/** A device of fields that are right. Pure. */
export function deviceOf(raw: RawDevice, station: string): InventoryDevice {
  const one = (field: Exclude<keyof InventoryDevice, 'power'>) => [raw[field] ?? []].flat()[0];
  const { mac, profile, uplink } = {
    mac: one('mac'),
    profile: one('profile'),
    uplink: one('uplink'),
  };
  return {
    name: one('name') ?? '',
    host: one('host') ?? '',
    station: one('station') ?? station,
    tags: [...new Set([raw.tags ?? []].flat())].sort(),
    ...(mac === undefined ? {} : { mac: plainMac(mac) }),
    ...(profile === undefined ? {} : { profile }),
    ...(uplink === undefined ? {} : { uplink }),
    ...(one('rescue') === undefined ? {} : { rescue: 'netboot' as const }),
    ...(raw.power === undefined ? {} : { power: raw.power }),
  };
}
