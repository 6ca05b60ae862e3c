import { execa } from 'execa';
import { FleetError, reasonOf } from '../errors.js';
import { deviceOf, fieldMistakes, repeatedMistakes } from './check.js';
import type { PlacedDevice, RawDevice } from './check.js';
import { defaultStation, type InventoryDevice } from './device.js';
import { foreignPower } from './foreign-power.js';
import { invalidFile } from './mistakes.js';

interface Group {
  hosts?: string[];
  children?: string[];
}

/** What `ansible-inventory --list` prints (docs.ansible.com: Developing dynamic inventory). */
interface Listing {
  _meta?: { hostvars?: Record<string, Record<string, unknown>> };
  [group: string]: Group | object | undefined;
}

/**
 * Has Ansible read an inventory of whatever kind it knows, its plugins included.
 * @returns what it lists, as JSON
 * @throws FleetError INVENTORY_UNREADABLE
 */
export async function listAnsible(source: string): Promise<string> {
  try {
    const words = ['--list', '--inventory', source];
    const { stdout } = await execa('ansible-inventory', words, { stdin: 'ignore' });
    return stdout;
  } catch (cause) {
    throw new FleetError(
      'INVENTORY_UNREADABLE',
      `ansible-inventory does not list ${source}: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

/**
 * Reads what `ansible-inventory --list` prints. `ansible_host`, `ansible_user`, `ansible_port`, `mac` and `levitate_station`,
 * `levitate_profile`, `levitate_tags`, `levitate_uplink`, `levitate_rescue`, `levitate_power` are what counts of the variables; groups become tags.
 * @param source what it came from, for messages
 * @throws FleetError INVENTORY_INVALID, with every mistake
 */
export async function readAnsibleInventory(
  text: string,
  source: string,
): Promise<InventoryDevice[]> {
  const listing = parsed(text, source);
  const groups = groupsOf(listing);
  const hosts = Object.entries(listing._meta?.hostvars ?? {}).map(async ([name, vars]) => {
    const at: PlacedDevice['at'] = (field) => ({ file: source, path: `${name}.${field}` });
    const given = vars['levitate_power'];
    const { mistakes, ...power } =
      given === undefined ? { mistakes: [] } : await foreignPower(given, source, at('power'));
    const raw = { ...rawDevice(name, vars, groups.get(name) ?? []), ...power };
    return { raw, at, mistakes };
  });
  const placed = await Promise.all(hosts);
  const wrong = placed.flatMap(({ raw, at, mistakes }) => [...fieldMistakes(raw, at), ...mistakes]);
  const devices = placed.map(({ raw, at }) => ({ device: deviceOf(raw, defaultStation), at }));
  const mistakes = wrong.length > 0 ? wrong : repeatedMistakes(devices);
  if (mistakes.length > 0) throw invalidFile('INVENTORY_INVALID', source, mistakes);
  return devices.map(({ device }) => device);
}

function parsed(text: string, source: string): Listing {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && '_meta' in value) return value as Listing;
  } catch {
    // It is refused below, as other JSON is.
  }
  throw new FleetError(
    'INVENTORY_INVALID',
    `${source} is not what ansible-inventory --list prints`,
  );
}

function rawDevice(name: string, vars: Record<string, unknown>, groups: string[]): RawDevice {
  const text = (key: string) => {
    const value = vars[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const [user, port] = [text('ansible_user'), text('ansible_port')];
  const address = `${user === undefined ? '' : `${user}@`}${text('ansible_host') ?? name}`;
  const tags = vars['levitate_tags'];
  const fields = {
    mac: text('mac'),
    station: text('levitate_station'),
    profile: text('levitate_profile'),
    uplink: text('levitate_uplink'),
    rescue: text('levitate_rescue'),
  };
  return {
    name,
    host: port === undefined || port === '22' ? address : `ssh://${address}:${port}`,
    tags: [...groups, ...(Array.isArray(tags) ? tags.map(String) : [])],
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  };
}

/** The groups of each host, with those that these are in; not the two that Ansible makes for itself. */
function groupsOf(listing: Listing): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const add = (group: string, tag: string, above: ReadonlySet<string>) => {
    const { hosts = [], children = [] }: Group = listing[group] ?? {};
    for (const host of hosts) found.set(host, [...(found.get(host) ?? []), tag]);
    for (const child of children)
      if (!above.has(child)) add(child, tag, new Set([...above, child]));
  };
  const made = new Set(['all', 'ungrouped', '_meta']);
  for (const group of Object.keys(listing))
    if (!made.has(group)) add(group, group, new Set([group]));
  return found;
}
