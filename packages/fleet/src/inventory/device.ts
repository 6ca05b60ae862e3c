import type { PowerSettings } from '../power/schema.js';

/** A device as an inventory has it, in whatever form that was written. */
export interface InventoryDevice {
  /** Its name, of which there is one in the fleet. */
  name: string;
  /** As one would write it after `ssh`. */
  host: string;
  /** Lower-case, with colons. */
  mac?: string;
  /** The station that deploys to it. */
  station: string;
  /** Path of its profile: absolute. */
  profile?: string;
  /** By which rollouts select it; sorted, each once. */
  tags: string[];
  /** What it shares with others, such as a link, of which a rollout can limit how many work at once. */
  uplink?: string;
  /** What leads it back to maintenance after a power cut, whatever is on its flash; without it, perhaps nothing does. */
  rescue?: 'netboot';
  /** How its power is switched; paths in it are absolute. */
  power?: PowerSettings;
}

/** The fields of a device besides its name, in the order in which they are shown. */
export const deviceFields = [
  'host',
  'mac',
  'station',
  'profile',
  'tags',
  'uplink',
  'rescue',
  'power',
] as const;

/** The station of a device for which none is named. */
export const defaultStation = 'main';

/** What a name of a device, a station, a tag or an uplink consists of. */
export const namePattern = '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$';

/** How a host is written: no blank, and no option of ssh. */
export const hostPattern = '^[^\\s-]\\S{0,254}$';

/** A MAC address as devices and tables write it: with colons, dashes or dots, or nothing between. */
export const macPattern =
  '^([0-9A-Fa-f]{2}([:-]?)([0-9A-Fa-f]{2}\\2){4}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}(\\.[0-9A-Fa-f]{4}){2})$';

/** A MAC address in the one way in which it is kept. */
export const plainMac = (text: string): string =>
  (
    text
      .toLowerCase()
      .replace(/[^0-9a-f]/g, '')
      .match(/../g) ?? []
  ).join(':');
