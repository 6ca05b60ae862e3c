import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FleetError, reasonOf } from '../errors.js';
import { invalidFile } from '../inventory/mistakes.js';
import { secondsOf } from '../seconds-of.js';
import { groupsOf, portion } from './groups.js';
import { imagePath, pinsOf, type Pins } from './pins.js';
import type { PlannedGroup, RolloutPlan } from './plan.js';
import { RolloutSchema, type RawRollout } from './schema.js';
import { selected, type Candidate } from './select.js';

/** What a rollout would do. */
export interface Planned {
  /** The rollout. */
  plan: RolloutPlan<PlannedGroup>;
  /** What its files hold. */
  pins: Pins;
  /** SHA-256 of both: `start` wants the same. */
  digest: string;
  /** Devices that it would go to if they were not quarantined. */
  quarantined: string[];
}

/**
 * Reads the file of a rollout, and says to which devices it goes, in which groups. It changes nothing.
 * @throws FleetError ROLLOUT_INVALID, with every mistake
 */
export async function planRollout(file: string, fleet: readonly Candidate[]): Promise<Planned> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new FleetError('ROLLOUT_INVALID', `${file} cannot be read: ${reasonOf(cause)}`, {
      cause,
    });
  });
  const { checkYaml } = await import('levitate');
  const read = checkYaml(text, file, RolloutSchema);
  if ('problems' in read) throw invalidFile('ROLLOUT_INVALID', file, read.problems);
  const raw = read.value as RawRollout;
  const mistakes = senseless(raw, fleet).map(([path, expected, found]) =>
    read.place(path, expected, found),
  );
  if (mistakes.length > 0) throw invalidFile('ROLLOUT_INVALID', file, mistakes);
  const all = selected(fleet, raw);
  const going = all.filter(({ quarantined }) => !quarantined);
  const plan = planOf(raw, dirname(resolve(file)), going);
  const without = plan.groups.flatMap(({ devices }) =>
    devices.filter(({ profile }) => profile === ''),
  );
  if (without[0])
    throw new FleetError('ROLLOUT_INVALID', `${without[0].name} has no profile`, {
      hint: 'Name one in the inventory, or with profile: in the file of the rollout.',
    });
  if (plan.groups.length === 0)
    throw new FleetError('ROLLOUT_INVALID', `${file} selects no device that is not quarantined`);
  const profiles = plan.groups.flatMap(({ devices }) => devices.map(({ profile }) => profile));
  const pins = await pinsOf([...Object.values(plan.images).map(imagePath), ...profiles]);
  const digest = createHash('sha256')
    .update(JSON.stringify([plan, pins]))
    .digest('hex');
  const quarantined = all.flatMap((one) => (one.quarantined ? [one.name] : []));
  return { plan, pins, digest, quarantined };
}

type Path = (string | number)[];

/** What no schema can tell: names that there are not, and a zone that there is not. */
function senseless(raw: RawRollout, fleet: readonly Candidate[]): [Path, string, string][] {
  const names = new Set(fleet.map(({ name }) => name));
  const lists: [Path, string[] | undefined][] = [
    [['select', 'devices'], raw.select?.devices],
    ...(raw.groups ?? []).map(({ devices }, n): [Path, string[] | undefined] => [
      ['groups', n, 'devices'],
      devices,
    ]),
  ];
  const unknown = lists.flatMap(([path, given]) =>
    (given ?? []).flatMap((name, at): [Path, string, string][] =>
      names.has(name) ? [] : [[[...path, at], 'the name of a device of the fleet', name]],
    ),
  );
  const zone = raw.window?.zone;
  const zones: [Path, string, string][] =
    zone === undefined || isZone(zone)
      ? []
      : [[['window', 'zone'], 'a zone such as Europe/Berlin', zone]];
  return [...unknown, ...zones];
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

/** The defaults stand in the schema, for people. */
function planOf(
  raw: RawRollout,
  folder: string,
  going: readonly Candidate[],
): RolloutPlan<PlannedGroup> {
  const images = Object.entries(raw.images).map(([target, image]) => {
    const path = imagePath(image);
    return [target, image.replace(path, resolve(folder, path))] as const;
  });
  const groups = groupsOf(raw.groups ?? [{}], going);
  const { limits, offline, window } = raw;
  const perUplink = limits?.['per-uplink'];
  const fallback = raw.profile === undefined ? '' : resolve(folder, raw.profile);
  return {
    name: raw.name,
    images: Object.fromEntries(images),
    ...(raw['expect-build'] === undefined ? {} : { expectBuild: raw['expect-build'] }),
    groups: groups.map(({ group, devices }, n): PlannedGroup => {
      const isLast = n === groups.length - 1;
      return {
        name: group.name ?? `group-${n + 1}`,
        devices: devices.map(({ name, profile = fallback }) => ({ name, profile })),
        errors: portion(group.errors ?? 0, devices.length),
        // Nothing waits for the last one.
        missing: isLast ? devices.length : portion(offline?.share ?? '5%', devices.length),
        soakSeconds: isLast ? 0 : secondsOf(group.soak ?? '0s'),
        gate: isLast ? 'auto' : (group.gate ?? 'auto'),
      };
    }),
    stop: (raw.stop ?? defaultStop).map(({ 'of-last': ofLast, errors }) => ({ ofLast, errors })),
    limits: {
      parallel: limits?.parallel ?? 40,
      startWith: limits?.['start-with'] ?? 4,
      ...(perUplink === undefined ? {} : { perUplink }),
    },
    ...(window ? { window: { from: window.from, to: window.to, zone: window.zone ?? 'UTC' } } : {}),
    giveUpSeconds: secondsOf(offline?.['give-up'] ?? '14d'),
  };
}

const defaultStop: NonNullable<RawRollout['stop']> = [
  { 'of-last': 20, errors: 5 },
  { 'of-last': 100, errors: 10 },
];
