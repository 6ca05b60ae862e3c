import { loaderKinds } from '../boot-loader/loaders.js';
import { memberTargets } from '../flash/member-targets.js';
import { environmentOf } from './normalise.js';
import type { RawProfile } from './schema.js';
import { uBootViolations } from './semantics-u-boot.js';
import { wrong, type Violation } from './violation.js';

type RawBoot = NonNullable<RawProfile['boot']>;

/** The boot loader has as many places as it needs; both slots take the same images, neither shares a target or its root with the other, and nothing is kept into one. */
export function bootViolations({ boot, flash }: RawProfile): Violation[] {
  if (!boot) return [];
  // A target that is several is written in maintenance alone.
  const targets = Object.entries(flash?.targets ?? {}).flatMap(([name, spec]) =>
    memberTargets(spec) ? [] : [name],
  );
  return [
    ...environment(boot),
    ...tries(boot),
    ...starts(boot),
    ...partitions(boot),
    ...slots(boot, targets),
    ...kept(boot, flash),
  ];
}

function environment(boot: RawBoot): Violation[] {
  const [least, most] = loaderKinds[boot.loader].environment;
  const { length } = environmentOf(boot);
  if (length >= least && length <= most) return uBootViolations(boot);
  const expected = least === most ? String(least) : `${least} to ${most}`;
  return [
    wrong(['boot', 'environment'], `${expected} of them for ${boot.loader}`, boot.environment),
  ];
}

/** No boot loader starts a slot on trial more often than it can count. */
function tries({ loader, tries }: RawBoot): Violation[] {
  const most = loaderKinds[loader].mostTries;
  return tries === undefined || tries <= most
    ? []
    : [wrong(['boot', 'tries'], `at most ${most} for ${loader}`, tries)];
}

/** Each slot has a file of its own where the boot loader starts one that the profile names, and none otherwise. */
function starts({ loader, slots }: RawBoot): Violation[] {
  const needed = loaderKinds[loader].slotStarts ?? false;
  const taken = new Set<string>();
  return Object.entries(slots).flatMap(([name, { starts }]) => {
    const isOwn = starts !== undefined && taken.size !== taken.add(starts.file.toLowerCase()).size;
    if (needed ? isOwn : starts === undefined) return [];
    const expected = needed ? `a file of its own for ${loader}` : `nothing for ${loader}`;
    return [wrong(['boot', 'slots', name, 'starts'], expected, starts)];
  });
}

/** Each slot has a partition of its own where the boot loader starts one by its number, and none otherwise. */
function partitions({ loader, slots }: RawBoot): Violation[] {
  const needed = loaderKinds[loader].slotPartitions ?? false;
  const taken = new Set<number>();
  return Object.entries(slots).flatMap(([name, { partition }]) => {
    const isOwn = partition !== undefined && taken.size !== taken.add(partition).size;
    if (needed ? isOwn : partition === undefined) return [];
    const expected = needed ? `a partition of its own for ${loader}` : `nothing for ${loader}`;
    return [wrong(['boot', 'slots', name, 'partition'], expected, partition)];
  });
}

function slots({ slots }: RawBoot, targets: string[]): Violation[] {
  const [first = []] = Object.values(slots).map((slot) => Object.keys(slot.targets));
  const taken = new Set<string>();
  const isTaken = (one: string) => taken.size === taken.add(one).size;
  return Object.entries(slots).flatMap(([name, { root, targets: images }]) => {
    const at = ['boot', 'slots', name];
    const isOther = Object.keys(images).toSorted().join() !== first.toSorted().join();
    return [
      ...(isTaken(root) ? [wrong([...at, 'root'], 'a device that no other slot has', root)] : []),
      ...(isOther
        ? [wrong([...at, 'targets'], `the names of the other slot, ${first.join(', ')}`, images)]
        : []),
      ...Object.entries(images).flatMap(([image, target]): Violation[] => {
        const place = [...at, 'targets', image];
        if (targets.includes(image))
          return [
            { path: place, at: 'key', expected: 'a name that no target has', found: `"${image}"` },
          ];
        if (!targets.includes(target))
          return [wrong(place, `one of the targets ${targets.join(', ')}`, target)];
        return isTaken(target) ? [wrong(place, 'a target that no other slot has', target)] : [];
      }),
    ];
  });
}

/** Files are put into a new system in maintenance, and the next update of the other slot would lack them. */
function kept({ slots }: RawBoot, flash: RawProfile['flash']): Violation[] {
  if (!flash?.keep) return [];
  const only = Object.keys(flash.targets)[0];
  const into = Array.isArray(flash.keep) ? only : (flash.keep.into ?? only);
  const ofSlots = Object.values(slots).flatMap(({ targets }) => Object.values(targets));
  if (into === undefined || !ofSlots.includes(into)) return [];
  return [
    wrong(['flash', 'keep'], 'a target that is in no slot, or nothing beside slots', flash.keep),
  ];
}
